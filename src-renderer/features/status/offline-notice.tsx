import { useConnection } from '@renderer/rpc'
import { Notice } from '@renderer/ui/notice'
import { RelativeTime } from '@renderer/ui/relative-time'
import type { ClusterSnapshot } from '@shared/domain/cluster'

export interface OfflineNoticeProps {
  readonly clusters: readonly ClusterSnapshot[]
  /** False while what is shown was kept from last time. */
  readonly isLive: boolean
}

/** Says that what is shown is old, how old, and of which clusters; nothing while all of them answer, or want a sign-in, which the banner is for. */
export function OfflineNotice({ clusters, isLive }: OfflineNoticeProps) {
  const { connection } = useConnection()
  const newestMs = Math.max(0, ...clusters.map(({ takenAtMs }) => takenAtMs))
  if (!isLive && connection === 'lost')
    return (
      <Notice tone="wait">
        This is what was known{newestMs > 0 && <> <RelativeTime atMs={newestMs} /></>}: FIRST Desktop does not answer this window. It is asked again by itself.
      </Notice>
    )
  const elsewhere = clusters.filter(({ kind }) => kind !== 'local')
  const gone = elsewhere.filter(({ isReachable, problem, needsSignIn }) => !isReachable && problem !== undefined && needsSignIn !== true)
  const [first] = gone
  if (first === undefined) return null
  const isAll = gone.length === elsewhere.length && gone.length > 1
  return (
    <Notice tone="wait">
      {isAll ? 'Offline: no cluster beyond this workstation can be reached.' : `${names(gone)} cannot be reached.`}{' '}
      {gone.some(({ takenAtMs }) => takenAtMs > 0) ? (
        <>
          What you see of {gone.length === 1 ? 'it' : 'them'} is as of <RelativeTime atMs={Math.min(...gone.map(({ takenAtMs }) => takenAtMs).filter((atMs) => atMs > 0))} />
          {gone.length > 1 && ' or later'}.
        </>
      ) : (
        'It has never answered.'
      )}
    </Notice>
  )
}

/** `alcf`, `alcf and lab`, `alcf, lab and 3 more`. */
function names(clusters: readonly ClusterSnapshot[]): string {
  const listed = clusters.slice(0, 2).map(({ name }) => name)
  const more = clusters.length - listed.length
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(' and ')
}
