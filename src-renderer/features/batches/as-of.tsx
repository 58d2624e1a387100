import { useConnection } from '@renderer/rpc'
import { Notice } from '@renderer/ui/notice'
import { RelativeTime } from '@renderer/ui/relative-time'

/** Says that what is shown is old, and how old; nothing while it is told as it changes. */
export function AsOf({ atMs }: { readonly atMs: number | undefined }) {
  const { connection } = useConnection()
  if (connection !== 'lost') return null
  return (
    <Notice tone="wait">
      {atMs === undefined ? (
        'FIRST Desktop does not answer this window.'
      ) : (
        <>
          This is what was known <RelativeTime atMs={atMs} />: FIRST Desktop does not answer this window.
        </>
      )}{' '}
      Batches go on or wait where they are; none is lost.
    </Notice>
  )
}
