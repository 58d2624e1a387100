import { ServerRow } from '@renderer/features/settings'
import { counted, tokens } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo } from '@shared/domain/model'

/** One place and its models. */
export function ServerPanel({ cluster }: { readonly cluster: ClusterSnapshot }) {
  const { name, kind, models, nodes } = cluster
  return (
    <section aria-label={name} className="divide-y divide-line overflow-hidden rounded-xl border border-line">
      {kind === 'local' ? <ThisMachine cluster={cluster} /> : <ServerRow server={cluster} />}
      {nodes !== undefined && (
        <p className="px-4 py-2 text-xs text-ink-mute tabular-nums">
          {nodes.total === undefined ? counted(nodes.free, 'node') : `${nodes.free} of ${counted(nodes.total, 'node')}`} free
        </p>
      )}
      {models.length > 0 && (
        <ul aria-label={`Models of ${name}`} tabIndex={0} className="max-h-60 overflow-y-auto px-4 py-1 focus-visible:-outline-offset-2">
          {models.map((model) => (
            <ModelRow key={`${model.id} ${model.framework}`} model={model} />
          ))}
        </ul>
      )}
    </section>
  )
}

function ThisMachine({ cluster: { name, models, takenAtMs } }: { readonly cluster: ClusterSnapshot }) {
  return (
    <div className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-sm">
          <span className="font-medium">{name}</span>
          <span className="text-ink-mute">this workstation</span>
        </p>
        <p className="text-xs text-ink-mute tabular-nums">
          {counted(models.length, 'model')}
          {takenAtMs > 0 && (
            <>
              , as of <RelativeTime atMs={takenAtMs} />
            </>
          )}
        </p>
      </div>
    </div>
  )
}

function ModelRow({ model: { id, framework, status, contextTokens, progress } }: { readonly model: ModelInfo }) {
  return (
    <li className="flex h-7 items-center gap-3 text-sm">
      <span className="min-w-0 flex-1 truncate" title={id}>
        {id}
      </span>
      {contextTokens !== undefined && (
        <span className="text-xs text-ink-mute tabular-nums" title={`Context of ${contextTokens.toLocaleString()} tokens`}>
          {tokens(contextTokens)}
        </span>
      )}
      <span className="w-12 text-xs text-ink-mute">{framework}</span>
      <StatusMark status={status} className="w-20" {...(status === 'starting' && progress !== undefined && { word: `Starting ${Math.round(progress * 100)}%` })} />
    </li>
  )
}
