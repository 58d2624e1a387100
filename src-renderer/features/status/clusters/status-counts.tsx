import { counted } from '@renderer/ui/format'
import { StatusShape, statusWord } from '@renderer/ui/status-mark'
import { modelStatus, type ModelStatus } from '@shared/domain/model'
import { countStatuses } from './cluster-rows'

/** How many models are live, starting and so on: a shape and a number each, those that there are. */
export function StatusCounts({ models }: { readonly models: readonly { readonly status: ModelStatus }[] }) {
  const counts = countStatuses(models)
  const present = modelStatus.options.flatMap((status) => (counts.has(status) ? [{ status, count: counts.get(status) ?? 0 }] : []))
  if (present.length === 0) return <span className="text-ink-mute">–</span>
  return (
    <span className="flex items-center gap-x-3">
      {present.map(({ status, count }) => (
        <span key={status} className="inline-flex items-center gap-1 tabular-nums" title={`${counted(count, 'model')} ${statusWord(status).toLowerCase()}`}>
          <StatusShape status={status} />
          {count}
          <span className="sr-only"> {statusWord(status).toLowerCase()}</span>
        </span>
      ))}
    </span>
  )
}
