import type { ModelStatus } from '@shared/domain/model'
import type { StatusSpan } from '@shared/domain/status-history'

/** One start that was seen from its beginning until the model was live. */
interface PastStart {
  readonly queuedMs: number
  readonly startingMs: number
}

/** Older starts say less: the site and the model may have changed. */
const newest = 20

const isOnTheWay = (status: ModelStatus): boolean => status === 'queued' || status === 'starting'

/** Starts that were watched whole: one that had begun before somebody watched would look quicker than it was. */
export function pastStarts(spans: readonly StatusSpan[]): PastStart[] {
  const starts: PastStart[] = []
  let open: { queuedMs: number; startingMs: number; readonly isWhole: boolean } | undefined
  let endMs: number | undefined
  for (const [fromMs, toMs, status] of spans) {
    const isNext = endMs === fromMs
    endMs = toMs
    if (isOnTheWay(status)) {
      if (open === undefined || !isNext) open = { queuedMs: 0, startingMs: 0, isWhole: isNext }
      open[status === 'queued' ? 'queuedMs' : 'startingMs'] += toMs - fromMs
      continue
    }
    if (status === 'live' && isNext && open?.isWhole === true) starts.push(open)
    open = undefined
  }
  return starts
}

/**
 * How long it usually takes from the beginning of `status` until the model is live: the median of the last starts that went this way, in milliseconds.
 * Undefined where none was seen.
 */
export function usualTimeToLive(spans: readonly StatusSpan[], status: ModelStatus): number | undefined {
  const times = pastStarts(spans)
    .slice(-newest)
    .filter(({ queuedMs }) => status !== 'queued' || queuedMs > 0)
    .map(({ queuedMs, startingMs }) => (status === 'starting' ? startingMs : queuedMs + startingMs))
    .filter((ms) => ms > 0)
    .sort((one, other) => one - other)
  return times[Math.floor(times.length / 2)]
}

/** Since when a status holds without a break, as far as it was watched; undefined where the newest span says something else. */
export function heldSinceMs(spans: readonly StatusSpan[], status: ModelStatus): number | undefined {
  const last = spans.at(-1)
  return last?.[2] === status ? last[0] : undefined
}
