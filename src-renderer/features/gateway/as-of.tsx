import type { Known } from '@renderer/db'
import { cn } from '@renderer/ui/cn'
import { problemOf } from '@renderer/ui/problem'
import { RelativeTime } from '@renderer/ui/relative-time'

/** Beside what is shown: its age and why, while the core could not be asked again. Nothing while it is fresh. */
export function AsOf({ known: { atMs, cause }, className }: { readonly known: Known<unknown>; readonly className?: string }) {
  if (cause === undefined) return null
  const { message, action } = problemOf(cause)
  return (
    <p role="status" className={cn('text-xs text-wait', className)}>
      {atMs !== undefined && (
        <>
          As of <RelativeTime atMs={atMs} />.{' '}
        </>
      )}
      {message} <span className="text-ink-mute">{action}</span>
    </p>
  )
}
