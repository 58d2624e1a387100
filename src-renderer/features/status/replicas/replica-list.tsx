import { counted } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { Replica } from '@shared/domain/replica'
import { replicaMarks } from './replica-marks'

/** The running copies of a model, or on a cluster, with what the last lines of a failed one say; nothing where there are none. */
export function ReplicaList({ replicas }: { readonly replicas: readonly Replica[] }) {
  if (replicas.length === 0) return null
  return (
    <section className="px-4 pt-4">
      <h3 className="text-sm font-semibold">Replicas</h3>
      <ul aria-label="Replicas" className="mt-1 divide-y divide-line text-sm">
        {replicas.map((replica) => (
          <ReplicaItem key={replica.id} replica={replica} />
        ))}
      </ul>
    </section>
  )
}

function ReplicaItem({ replica: { id, model, cluster, state, sinceMs, reason, logTail, attempt, nodes = [], gpus = [], inFlight, endsAtMs, estimatedStartMs, handle } }: { readonly replica: Replica }) {
  const places = [...nodes, ...gpus.map((gpu) => `GPU ${gpu}`)]
  return (
    <li className="py-2">
      <div className="flex items-baseline justify-between gap-2">
        <StatusMark {...replicaMarks[state]} />
        <span className="text-xs text-ink-mute tabular-nums">
          since <RelativeTime atMs={sinceMs} />
        </span>
      </div>
      <p className="mt-0.5 wrap-anywhere">
        {model} <span className="text-ink-mute">on {cluster}</span>
      </p>
      <p className="text-xs wrap-anywhere text-ink-mute tabular-nums">
        <span className="font-mono">{id}</span>
        {handle !== undefined && ` · ${handle}`}
        {places.length > 0 && ` · ${places.join(', ')}`}
        {attempt > 1 && ` · try ${attempt}`}
        {inFlight !== undefined && inFlight > 0 && ` · ${counted(inFlight, 'request')}`}
      </p>
      {reason !== undefined && <p className="mt-0.5 text-xs text-ink-soft">{reason}</p>}
      {estimatedStartMs !== undefined && <p className="text-xs text-ink-mute">Expected to start {new Date(estimatedStartMs).toLocaleString()}</p>}
      {endsAtMs !== undefined && <p className="text-xs text-ink-mute">Its walltime ends {new Date(endsAtMs).toLocaleString()}</p>}
      {logTail !== undefined && (
        <details className="mt-1">
          <summary className="text-xs text-accent">What it printed last</summary>
          <pre tabIndex={0} className="mt-1 max-h-48 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs whitespace-pre-wrap">
            {logTail}
          </pre>
        </details>
      )}
    </li>
  )
}
