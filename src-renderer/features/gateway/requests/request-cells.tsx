import { duration } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { RequestRow } from '@shared/domain/records'
import { operationOf, outcomeOf } from './outcome'
import { TokenCounts } from './token-counts'

/** Columns by the width that the list has: what identifies a request is always there. */
export const requestColumns = {
  grid: [
    'grid-cols-[6.5rem_minmax(0,1fr)_7rem_4.5rem_5rem]',
    '@3xl:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,11rem)_7rem_4.5rem_5rem]',
    '@4xl:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,12rem)_7rem_4.5rem_4.5rem_5rem]',
    '@7xl:grid-cols-[7rem_minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_8rem_6rem_6rem_7rem]',
  ],
  heads: [
    { title: 'Result', className: '' },
    { title: 'Model', className: '' },
    { title: 'Server', className: 'hidden @7xl:block' },
    { title: 'Key', className: 'hidden @3xl:block' },
    { title: 'Tokens', className: 'text-right' },
    { title: 'First byte', className: 'hidden text-right @4xl:block' },
    { title: 'Time', className: 'text-right' },
    { title: 'Begun', className: 'text-right' },
  ],
} as const

export function RequestCells({ row, nowMs }: { readonly row: RequestRow; readonly nowMs: number }) {
  const { word, mark } = outcomeOf(row)
  const who = row.identityName ?? row.identity ?? 'not known'
  const totalMs = row.totalMs ?? Math.max(0, nowMs - row.startedAtMs)
  return (
    <>
      <span role="gridcell">
        <StatusMark status={mark} word={word} />
      </span>
      <span role="gridcell" className="min-w-0">
        <span className="block truncate" title={row.model}>
          {row.model ?? operationOf(row)}
        </span>
        <span className="block truncate text-xs text-ink-mute">
          {/* Where there is no column for the key, or for the server. */}
          <span className="@3xl:hidden">{who} · </span>
          {row.model === undefined ? row.route : operationOf(row)}
          {row.cluster !== undefined && <span className="@7xl:hidden"> · {row.cluster}</span>}
          {row.errorCode !== undefined && ` · ${row.errorCode}`}
        </span>
      </span>
      <span role="gridcell" className="hidden truncate text-ink-soft @7xl:block">
        {row.cluster ?? '–'}
      </span>
      <span role="gridcell" className="hidden truncate text-ink-soft @3xl:block" title={who}>
        {who}
      </span>
      <span role="gridcell" className="text-right text-xs tabular-nums">
        <TokenCounts row={row} />
      </span>
      <span role="gridcell" className="hidden text-right text-xs tabular-nums @4xl:block">
        {row.firstByteMs === undefined ? '–' : duration(row.firstByteMs)}
      </span>
      <span role="gridcell" className="text-right text-xs tabular-nums">
        {duration(totalMs)}
      </span>
      <span role="gridcell" className="truncate text-right text-xs text-ink-mute tabular-nums">
        <RelativeTime atMs={row.startedAtMs} />
      </span>
    </>
  )
}
