import type { Policy } from './policy'
import type { StoredReplica } from './stored-replica'

/** How long a deployment took to come up, learned from its past starts; milliseconds. */
export interface StartTimes {
  /** From the request to the first sign of it running. */
  readonly queueMs: number
  /** From running to live. */
  readonly loadMs: number
  /** Mean distance of a start from what was expected of it. */
  readonly deviationMs: number
  readonly count: number
}

/** Weight of the newest start. */
const weight = 0.3

/** Start times with one more start; the same where the replica never was live. */
export function learnStart(known: StartTimes | undefined, { requestedAtMs, runningAtMs, liveAtMs }: StoredReplica): StartTimes | undefined {
  if (runningAtMs === undefined || liveAtMs === undefined) return known
  const queueMs = Math.max(0, runningAtMs - requestedAtMs)
  const loadMs = Math.max(0, liveAtMs - runningAtMs)
  if (known === undefined) return { queueMs, loadMs, deviationMs: (queueMs + loadMs) / 4, count: 1 }
  const blend = (old: number, now: number): number => old + weight * (now - old)
  return {
    queueMs: blend(known.queueMs, queueMs),
    loadMs: blend(known.loadMs, loadMs),
    deviationMs: blend(known.deviationMs, Math.abs(queueMs + loadMs - known.queueMs - known.loadMs)),
    count: known.count + 1,
  }
}

/** Time after which a start is live, nine times in ten. */
export const expectedStartMs = (known: StartTimes | undefined, { guessedStartMs }: Policy): number =>
  known === undefined ? guessedStartMs : known.queueMs + known.loadMs + 2 * known.deviationMs + 30_000
