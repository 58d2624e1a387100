import { cn } from '@renderer/ui/cn'
import { count, counted, duration } from '@renderer/ui/format'
import type { UsageRow } from '@shared/domain/records'
import { Estimated } from '../requests/token-counts'
import { momentName } from './moment'
import type { Breakdown, Focus, Latency } from './usage-view'

export interface UsageTableProps {
  readonly rows: readonly UsageRow[]
  readonly by: Breakdown
  readonly every: 'hour' | 'day'
  readonly latency: Latency
  readonly focus: Focus | undefined
  readonly onFocus: (focus: Focus | undefined) => void
}

const percentiles = {
  total: ({ p50TotalMs, p95TotalMs, p99TotalMs }: UsageRow) => [p50TotalMs, p95TotalMs, p99TotalMs],
  first: ({ p50FirstMs, p95FirstMs, p99FirstMs }: UsageRow) => [p50FirstMs, p95FirstMs, p99FirstMs],
} satisfies Record<Latency, (row: UsageRow) => readonly (number | undefined)[]>

const names: Readonly<Record<Breakdown, string>> = { model: 'Model', key: 'Key', cluster: 'Server', time: 'Time' }

export function UsageTable({ rows, by, every, latency, focus, onFocus }: UsageTableProps) {
  const shown = by === 'time' ? rows.toReversed() : rows
  const head = 'px-3 py-2 text-right font-normal whitespace-nowrap'
  return (
    <div className="overflow-x-auto rounded-xl border border-line">
      <table className="w-full text-sm tabular-nums">
        <thead className="text-xs text-ink-mute">
          <tr>
            <th scope="col" className="px-4 py-2 text-left font-normal">
              {names[by]}
            </th>
            <th scope="col" className={head}>
              Requests
            </th>
            <th scope="col" className={head}>
              Failed
            </th>
            <th scope="col" className={head}>
              Tokens in
            </th>
            <th scope="col" className={head}>
              Tokens out
            </th>
            {['p50', 'p95', 'p99'].map((name) => (
              <th key={name} scope="col" className={cn(head, 'last:pr-4')}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.id} className="border-t border-line">
              <th scope="row" className="max-w-72 py-1 pr-3 pl-2 text-left font-normal">
                <RowName row={row} by={by} every={every} focus={focus} onFocus={onFocus} />
              </th>
              <td className="px-3 text-right">{count(row.requests)}</td>
              <td className={cn('px-3 text-right', row.failures > 0 && 'text-fail')}>{count(row.failures)}</td>
              <Tokens row={row} value={row.promptTokens} />
              <Tokens row={row} value={row.completionTokens} />
              {percentiles[latency](row).map((ms, index) => (
                <td key={index} className="px-3 text-right whitespace-nowrap last:pr-4">
                  {ms === undefined ? '–' : duration(ms)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What a row is of; pressed, the chart shows that alone. */
function RowName({ row, by, every, focus, onFocus }: Pick<UsageTableProps, 'by' | 'every' | 'focus' | 'onFocus'> & { readonly row: UsageRow }) {
  if (by === 'time') return <span className="px-2">{row.atMs === undefined ? row.label : momentName(row.atMs, every, true)}</span>
  const isFocused = focus?.by === by && focus.id === row.id
  const label = row.label === '' ? 'not known' : row.label
  // What has no name cannot be asked for.
  if (row.id === '' || row.id === 'other') return <span className="block truncate px-2 text-ink-mute">{label}</span>
  return (
    <button
      type="button"
      aria-pressed={isFocused}
      title={row.label}
      onClick={() => onFocus(isFocused ? undefined : { by, id: row.id, label })}
      className={cn('block h-7 max-w-full truncate rounded-md px-2 text-left', isFocused ? 'bg-selected' : 'hover:bg-hover')}
    >
      {label}
    </button>
  )
}

function Tokens({ row: { requests, estimatedRequests }, value }: { readonly row: UsageRow; readonly value: number }) {
  const isEstimated = estimatedRequests > 0
  return (
    <td className="px-3 text-right whitespace-nowrap" title={isEstimated ? `Of ${counted(requests, 'request')}, ${count(estimatedRequests)} estimated` : undefined}>
      {isEstimated && <Estimated />}
      {count(value)}
    </td>
  )
}
