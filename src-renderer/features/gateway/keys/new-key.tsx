import { Button } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { FirstError } from '@shared/errors'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useFreshKey } from '../connect/fresh-key'
import { gatewayPath } from '../sections'

export interface FreshKey {
  readonly name: string
  readonly secret: string
}

export interface NewKeyProps {
  readonly fresh: FreshKey
  /** Somebody tried to leave without copying it. */
  readonly isWarned: boolean
  readonly onCopied: () => void
  readonly onDone: () => void
}

export function NewKey({ fresh, isWarned, onCopied, onDone }: NewKeyProps) {
  const [, navigate] = useLocation()
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => {
    navigator.clipboard.writeText(fresh.secret).then(
      () => {
        setIsCopied(true)
        onCopied()
      },
      (cause: unknown) => tell(new FirstError('internal_error', 'The system refused access to the clipboard.', { cause, action: 'Select the key and copy it by hand.' })),
    )
  }
  const connect = () => {
    useFreshKey.setState({ fresh })
    onDone()
    navigate(gatewayPath('connect'))
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2">
        <code className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-2.5 py-2 font-mono text-sm break-all select-all">{fresh.secret}</code>
        <Button look="primary" onClick={copy} autoFocus>
          {isCopied ? <Check strokeWidth={1.75} aria-hidden /> : <Copy strokeWidth={1.75} aria-hidden />}
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p role="status" className={isWarned ? 'text-sm text-wait' : 'text-sm text-ink-mute'}>
        {isWarned
          ? 'It is not copied yet, and cannot be shown again. Close once more to go without it.'
          : 'Hand it over by a way that you trust. Who holds it counts as its owner until you revoke it.'}
      </p>
      <div className="-mx-5 mt-1 -mb-4 flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button onClick={connect}>Show how to connect</Button>
        <Button look={isCopied ? 'primary' : 'plain'} onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
