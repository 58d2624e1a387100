import { Choice } from '@renderer/ui/choice'
import { roughly } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { StatusSpan } from '@shared/domain/status-history'
import { useStatusView } from '../view-store'
import { rangeOf, ranges } from './ranges'
import { StatusStrip } from './status-strip'
import { trackSummary, trackWord, type TrackKind } from './track-words'

export interface HistoryBlockProps {
  readonly kind: TrackKind
  readonly spans: readonly StatusSpan[]
  readonly toMs: number
  /** Where a panel shows more than one: the cluster it is of. */
  readonly name?: string
}

/** Changes that are listed under the strip. */
const listed = 8

/** The past in a strip, in words, and as the list of its last changes. */
export function HistoryBlock({ kind, spans, toMs, name }: HistoryBlockProps) {
  const range = useStatusView((state) => state.range)
  const fromMs = toMs - rangeOf(range).lengthMs
  const changes = spans.filter(([, endMs]) => endMs > fromMs).slice(-listed).reverse()
  return (
    <section aria-label={name === undefined ? 'History' : `History on ${name}`} className="px-4 pt-4">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="min-w-0 truncate text-sm font-semibold">History{name !== undefined && <span className="font-normal text-ink-mute"> on {name}</span>}</h3>
        <Choice label="Range" value={range} options={ranges} onChange={(next) => useStatusView.setState({ range: next })} />
      </div>
      {toMs === 0 ? (
        <p className="text-xs text-ink-mute">The history has not been read yet.</p>
      ) : (
        <>
          <StatusStrip kind={kind} spans={spans} fromMs={fromMs} toMs={toMs} className="h-6" />
          <div className="mt-1 flex justify-between text-xs text-ink-mute" aria-hidden>
            <span>{range === 'day' ? '24 h ago' : '30 d ago'}</span>
            <span>now</span>
          </div>
          <p className="mt-1 text-xs text-ink-mute">{trackSummary(kind, spans, fromMs, toMs)}.</p>
          {changes.length > 0 && (
            <ul aria-label="Last changes" className="mt-2 divide-y divide-line text-xs">
              {changes.map(([startMs, endMs, status]) => (
                <li key={startMs} className="flex h-7 items-center justify-between gap-2 tabular-nums">
                  <StatusMark status={kind === 'cluster' && status === 'offline' ? 'failed' : status} word={trackWord(kind, status)} />
                  <span className="text-ink-mute">
                    began <RelativeTime atMs={startMs} />, for {roughly(endMs - startMs)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  )
}
