import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './icon-button'

export interface CopyButtonProps {
  /** Asked for when pressed, so that a long text need not be kept twice. */
  readonly text: () => string
  readonly label?: string
  readonly className?: string
}

export function CopyButton({ text, label = 'Copy', className }: CopyButtonProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), 1500)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const words = { ready: label, copied: 'Copied', refused: 'The system refused access to the clipboard' }
  return <IconButton icon={state === 'copied' ? Check : Copy} label={words[state]} size="small" onClick={copy} {...(className === undefined ? {} : { className })} />
}
