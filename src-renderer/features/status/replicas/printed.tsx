import { cn } from '@renderer/ui/cn'
import { useLayoutEffect, useRef } from 'react'

/** Lines that an engine printed; the view stays at the end, unless the person has scrolled back. */
export function Printed({ label, text, className }: { readonly label: string; readonly text: string; readonly className?: string }) {
  const area = useRef<HTMLPreElement>(null)
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (isAtEnd.current) area.current?.scrollTo({ top: area.current.scrollHeight })
  }, [text])
  return (
    <pre
      ref={area}
      role="region"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8)}
      className={cn('overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-xs text-ink-soft', className)}
    >
      {text}
    </pre>
  )
}
