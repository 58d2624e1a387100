import type { ModelStatus } from '@shared/domain/model'
import type { StatusSpan, StatusTrack } from '@shared/domain/status-history'

export interface StatusChange {
  readonly cluster: string
  /** Empty for the cluster itself. */
  readonly model: string
  readonly atMs: number
  readonly status: ModelStatus
}

/** A run of the app, during which statuses were watched. */
export interface Watch {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * What changes and watches say together: a status holds until the next change, or until nobody watched any more.
 * @param changes in the order of time
 * @param watches in the order of time
 */
export function tracksOf(changes: readonly StatusChange[], watches: readonly Watch[], fromMs: number, toMs: number): StatusTrack[] {
  const byTrack = new Map<string, StatusChange[]>()
  for (const change of changes) {
    const key = `${change.cluster}\n${change.model}`
    const own = byTrack.get(key)
    if (own === undefined) byTrack.set(key, [change])
    else own.push(change)
  }
  return Array.from(byTrack.values(), (own) => trackOf(own, watches, fromMs, toMs)).filter(({ spans }) => spans.length > 0)
}

function trackOf(changes: readonly StatusChange[], watches: readonly Watch[], fromMs: number, toMs: number): StatusTrack {
  const spans: StatusSpan[] = []
  for (const [index, { atMs, status }] of changes.entries()) {
    if (status === 'unknown') continue
    const endMs = Math.min(toMs, changes[index + 1]?.atMs ?? toMs, endOfWatch(watches, atMs))
    const startMs = Math.max(fromMs, atMs)
    const before = spans.at(-1)
    if (before?.[1] === startMs && before[2] === status) before[1] = endMs
    else if (endMs > startMs) spans.push([startMs, endMs, status])
  }
  const { cluster = '', model = '' } = changes[0] ?? {}
  return { cluster, ...(model !== '' && { model }), spans }
}

function endOfWatch(watches: readonly Watch[], atMs: number): number {
  return watches.findLast(({ fromMs }) => fromMs <= atMs)?.toMs ?? atMs
}
