import type { Known } from '@renderer/db'
import { useConnection } from '@renderer/rpc'
import { cn } from '@renderer/ui/cn'
import { problemOf } from '@renderer/ui/problem'
import { RelativeTime } from '@renderer/ui/relative-time'

/** Beside what is shown: its age while the core cannot be asked, and why. Nothing while it is fresh. */
export function AsOf({ known: { atMs, cause }, className }: { readonly known: Known<unknown>; readonly className?: string }) {
  const { connection } = useConnection()
  if (cause === undefined && connection !== 'lost') return null
  const problem = cause === undefined ? undefined : problemOf(cause)
  return (
    <p role="status" className={cn('text-xs text-wait', className)}>
      {atMs !== undefined && (
        <>
          As of <RelativeTime atMs={atMs} />.{' '}
        </>
      )}
      {problem?.message} <span className="text-ink-mute">{problem?.action}</span>
    </p>
  )
}
