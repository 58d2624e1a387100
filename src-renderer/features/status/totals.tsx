import { count, counted } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Stat, Stats } from '@renderer/ui/stat'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { modelRows } from './models/model-rows'
import { countStatuses } from './clusters/cluster-rows'

/** What matters at one glance, over all clusters. */
export function Totals({ clusters }: { readonly clusters: readonly ClusterSnapshot[] }) {
  const reachable = clusters.filter(({ isReachable }) => isReachable)
  const closed = clusters.filter(({ isInMaintenance }) => isInMaintenance === true).length
  const models = modelRows(clusters)
  const counts = countStatuses(models)
  const jobs = clusters.flatMap((cluster) => cluster.jobs ?? [])
  const tellNodes = clusters.flatMap(({ nodes }) => nodes ?? [])
  const nodes = tellNodes.map(({ total }) => total).reduce((sum, total) => (sum === undefined || total === undefined ? undefined : sum + total), 0)
  const onTheWay = [...noteOf(counts.get('starting'), 'starting'), ...noteOf(counts.get('queued'), 'queued'), ...noteOf(counts.get('failed'), 'failed'), ...noteOf(counts.get('unknown'), 'unknown')]
  return (
    <Stats label="At a glance">
      <Stat label="Clusters reachable" value={share(reachable.length, clusters.length)} note={closed === 0 ? 'none under maintenance' : `${closed} under maintenance`} />
      <Stat label="Models live" value={share(counts.get('live') ?? 0, models.length)} note={onTheWay.length === 0 ? 'none on the way' : onTheWay.join(', ')} />
      <Stat label="Jobs running" value={jobs.length === 0 ? '–' : count(jobs.filter(({ state }) => state === 'running').length)} note={
          jobs.length === 0 ? (
            'no cluster tells of any'
          ) : (
            <>
              {jobs.filter(({ state }) => state === 'queued').length} queued
              <PartlyOld clusters={clusters.filter((cluster) => cluster.jobs !== undefined)} />
            </>
          )
        } />
      <Stat
        label="Nodes free"
        value={tellNodes.length === 0 ? '–' : share(tellNodes.reduce((sum, { free }) => sum + free, 0), nodes)}
        note={
          tellNodes.length === 0 ? (
            'no cluster tells of any'
          ) : (
            <>
              on {counted(tellNodes.length, 'cluster')}
              <PartlyOld clusters={clusters.filter((cluster) => cluster.nodes !== undefined)} />
            </>
          )
        }
      />
    </Stats>
  )
}

/** The age of the oldest part of a number, where a cluster that cannot be reached has told of it. */
function PartlyOld({ clusters }: { readonly clusters: readonly ClusterSnapshot[] }) {
  const old = clusters.filter(({ isReachable, takenAtMs }) => !isReachable && takenAtMs > 0).map(({ takenAtMs }) => takenAtMs)
  if (old.length === 0) return null
  return (
    <span className="text-wait">
      , {old.length < clusters.length && 'partly '}as of <RelativeTime atMs={Math.min(...old)} />
    </span>
  )
}

function noteOf(number: number | undefined, word: string): string[] {
  return number === undefined ? [] : [`${number} ${word}`]
}

function share(part: number, whole: number | undefined) {
  return (
    <>
      {count(part)}
      {whole !== undefined && <span className="text-sm font-normal text-ink-mute"> of {count(whole)}</span>}
    </>
  )
}
