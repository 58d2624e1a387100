import { Button } from '@renderer/ui/button'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'
import { useLocation } from 'wouter'
import { DetailsPanel, Fact, Facts } from '../details-panel'
import { HistoryBlock } from '../history/history-block'
import { heldSinceMs } from '../history/start-times'
import type { PastOf } from '../history/use-history'
import { kindWord } from '../kinds'
import { RefreshButton } from '../refresh-button'
import { ReplicaList } from '../replicas/replica-list'
import { statusPath, type ViewId } from '../sections'
import { setFilters } from '../view-store'
import { nodesFree } from './cluster-columns'
import { clusterMark, clusterNote } from './cluster-rows'
import { StatusCounts } from './status-counts'

export interface ClusterDetailsProps {
  readonly cluster: ClusterSnapshot
  readonly past: PastOf
  readonly replicas: readonly Replica[]
  readonly onClose: () => void
}

export function ClusterDetails({ cluster, past, replicas, onClose }: ClusterDetailsProps) {
  const [, navigate] = useLocation()
  const { name, kind, url, models, nodes, jobs, takenAtMs, isReachable, isInMaintenance } = cluster
  const note = clusterNote(cluster)
  const spans = past.spans(name)
  const pastStatus = isReachable ? (isInMaintenance === true ? 'maintenance' : 'live') : 'offline'
  const sinceMs = heldSinceMs(spans, pastStatus)
  const show = (view: ViewId) => () => {
    setFilters({ query: '', cluster: name, modelStatus: undefined, jobState: undefined })
    navigate(statusPath(view))
  }
  return (
    <DetailsPanel
      label="Cluster"
      title={name}
      onClose={onClose}
      actions={
        <>
          <RefreshButton cluster={name} label={`Refresh ${name}`} />
          <Button onClick={show('models')}>Its models</Button>
          {jobs !== undefined && <Button onClick={show('jobs')}>Its jobs</Button>}
        </>
      }
    >
      <Facts>
        <Fact name="State">
          <StatusMark {...clusterMark(cluster)} />
          {sinceMs !== undefined && (
            <span className="text-xs text-ink-mute">
              {' '}
              since <RelativeTime atMs={sinceMs} />
            </span>
          )}
          {note !== undefined && <span className="mt-0.5 block text-xs text-ink-mute">{note}</span>}
        </Fact>
        <Fact name="Kind">{kindWord(kind)}</Fact>
        {url !== undefined && (
          <Fact name="Address">
            <span className="font-mono text-xs">{url}</span>
          </Fact>
        )}
        <Fact name="Models">
          <StatusCounts models={models} />
        </Fact>
        {nodes !== undefined && (
          <Fact name="Nodes free">
            {nodesFree(nodes)}
            {nodes.total !== undefined && <span className="text-ink-mute">, {Math.max(0, nodes.total - nodes.free)} used</span>}
          </Fact>
        )}
        {jobs !== undefined && (
          <Fact name="Jobs">
            {jobs.filter(({ state }) => state === 'running').length} running, {jobs.filter(({ state }) => state === 'queued').length} queued
          </Fact>
        )}
        <Fact name="As of">
          {takenAtMs === 0 ? 'It has never answered' : <RelativeTime atMs={takenAtMs} />}
          {takenAtMs !== 0 && <span className="block text-xs text-ink-mute">{new Date(takenAtMs).toLocaleString()}</span>}
        </Fact>
      </Facts>
      <ReplicaList replicas={replicas.filter((replica) => replica.cluster === name)} kind={kind} />
      <HistoryBlock kind="cluster" spans={spans} toMs={past.toMs} />
    </DetailsPanel>
  )
}
