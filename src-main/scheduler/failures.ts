import type { Policy } from './policy'
import type { StoredReplica } from './stored-replica'

/** What past starts of a deployment say of the next one. */
export interface Failures {
  /** Starts that failed, one after another, up to now. */
  readonly streak: number
  /** No start before this. */
  readonly notBeforeMs: number
  /** True once its attempts are used up: it starts on a request that comes after `notBeforeMs`, or by an admin. */
  readonly isFailed: boolean
  /** The last one, with its reason and what it printed. */
  readonly last?: StoredReplica
}

const none: Failures = { streak: 0, notBeforeMs: -Infinity, isFailed: false }

/**
 * Read from the stored replicas, so that a restart forgets nothing.
 * @param forgivenAtMs when an admin last said `start`.
 */
export function readFailures(replicas: readonly StoredReplica[], attempts: number, policy: Policy, forgivenAtMs = -Infinity): Failures {
  const last = lastFailure(replicas)
  if (last === undefined || last.sinceMs < forgivenAtMs || replicas.some(({ liveAtMs }) => liveAtMs !== undefined && liveAtMs > last.sinceMs)) return none
  if (last.liveAtMs !== undefined && last.sinceMs - last.liveAtMs >= policy.stableMs) return none
  const streak = last.attempt
  // One that served has started: what ended it may have come from outside, and the first time it is replaced at once.
  const failedStarts = last.liveAtMs === undefined ? streak : streak - 1
  const isFailed = failedStarts >= attempts
  const waitMs = isFailed ? doubled(policy.coolDownMs, failedStarts - attempts, policy.coolDownMaxMs) : failedStarts === 0 ? 0 : doubled(policy.backoffMs, failedStarts - 1, policy.backoffMaxMs)
  return { streak, isFailed, notBeforeMs: last.sinceMs + waitMs, last }
}

/** The newest failed one, which is kept as long as it says something of the next start. */
export function lastFailure(replicas: readonly StoredReplica[]): StoredReplica | undefined {
  let last: StoredReplica | undefined
  for (const replica of replicas) if (replica.state === 'failed' && (last === undefined || replica.sinceMs > last.sinceMs || (replica.sinceMs === last.sinceMs && replica.attempt > last.attempt))) last = replica
  return last
}

const doubled = (ms: number, times: number, mostMs: number): number => Math.min(mostMs, ms * 2 ** Math.min(times, 20))
