import { CopyButton } from '@renderer/ui/copy-button'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import { DetailsPanel, Fact, Facts } from '../details-panel'
import { RefreshButton } from '../refresh-button'
import { EndReplica } from '../replicas/end-replica'
import { replicaOfJob } from '../replicas/replica-rows'
import { jobMark, startText, type JobRow } from './job-rows'

export function JobDetails({ row: { job, cluster }, onClose }: { readonly row: JobRow; readonly onClose: () => void }) {
  const { id, models, framework, modelStatus, host, nodes, walltime, estimatedStart, comment, username, batchId } = job
  const replica = replicaOfJob(cluster, id)
  const said: readonly (readonly [name: string, text: string | number | undefined])[] = [
    ['The model', modelStatus],
    ['Framework', framework],
    ['Host', host],
    ['Nodes', nodes],
    ['Walltime', walltime],
    ['Expected start', startText(estimatedStart)],
    ['Comment', comment],
    ['User', username],
    ['Batch', batchId],
  ]
  return (
    <DetailsPanel label="Job" title={id === undefined ? models.join(', ') || 'Job' : `Job ${id}`} onClose={onClose} actions={
        <>
          <RefreshButton cluster={cluster.name} label={`Refresh ${cluster.name}`} />
          {replica !== undefined && <EndReplica replica={replica} isJob />}
        </>
      }>
      <Facts>
        <Fact name="State">
          <StatusMark {...jobMark(job)} />
        </Fact>
        <Fact name={models.length === 1 ? 'Model' : 'Models'}>
          <ul>
            {models.map((model) => (
              <li key={model}>{model}</li>
            ))}
          </ul>
        </Fact>
        <Fact name="Cluster">{cluster.name}</Fact>
        {said.map(([name, text]) =>
          text === undefined ? null : (
            <Fact key={name} name={name}>
              {text}
            </Fact>
          ),
        )}
        {id !== undefined && (
          <Fact name="Job id">
            <span className="flex items-start gap-1">
              <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{id}</code>
              <CopyButton text={() => id} label="Copy the job id" className="-mt-1" />
            </span>
          </Fact>
        )}
        <Fact name="As of">{cluster.takenAtMs === 0 ? 'It has never answered' : <RelativeTime atMs={cluster.takenAtMs} />}</Fact>
      </Facts>
    </DetailsPanel>
  )
}
