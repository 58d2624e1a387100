import { roughly } from '@renderer/ui/format'
import { statusWord } from '@renderer/ui/status-mark'
import type { ModelStatus } from '@shared/domain/model'
import type { StatusSpan } from '@shared/domain/status-history'
import { percent, sharesOf } from './slots'

/** Whose past it is: the same status has another word, and another weight. */
export type TrackKind = 'cluster' | 'model'

const clusterWords: Partial<Record<ModelStatus, string>> = { live: 'Reachable', offline: 'Not reachable' }

export function trackWord(kind: TrackKind, status: ModelStatus): string {
  return (kind === 'cluster' ? clusterWords[status] : undefined) ?? statusWord(status)
}

/** What must not be overlooked, however short it was. */
export const alarmsOf: Readonly<Record<TrackKind, readonly ModelStatus[]>> = { cluster: ['offline', 'maintenance'], model: ['failed', 'maintenance'] }

/** A strip in words: `Live 92 %, starting 8 % of 5 h watched`. */
export function trackSummary(kind: TrackKind, spans: readonly StatusSpan[], fromMs: number, toMs: number): string {
  const { of, watchedMs } = sharesOf(spans, fromMs, toMs)
  if (of.length === 0) return 'Nothing is known of this time.'
  const parts = of.map(([status, share], index) => `${index === 0 ? trackWord(kind, status) : trackWord(kind, status).toLowerCase()} ${percent(share)}`)
  return `${parts.join(', ')} of ${roughly(watchedMs)} watched`
}
