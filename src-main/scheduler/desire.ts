import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Policy } from './policy'
import { isActive, isLive, type StoredReplica } from './stored-replica'
import type { Demand, Override } from './world'

export interface DesireInput {
  readonly deployment: LaunchedDeployment
  readonly demand: Demand
  /** All that are stored of it. */
  readonly replicas: readonly StoredReplica[]
  readonly override?: Override | undefined
  /** Its launch has worked before. */
  readonly isProven: boolean
  /** How long a start takes. */
  readonly startMs: number
  readonly nowMs: number
  readonly bootedAtMs: number
  readonly policy: Policy
}

/** How many replicas a deployment should have, in steps of how much that matters: each includes the one before. */
export interface Desire {
  /** As `hot` or an admin has it. */
  readonly hot: number
  readonly min: number
  /** For the requests that are there. */
  readonly needed: number
  /** And those kept because they may be needed again soon. */
  readonly wanted: number
  /** An admin wants none: at once, or once they have finished. */
  readonly isOff?: 'stop' | 'drain'
}

/**
 * Goes up with the load at once, by steps, and down once the load was lower for `calmMs` and, for the last replica, `idleTimeoutS` after the
 * last request. A model that is cold comes up for a request only.
 */
export function desire(input: DesireInput): Desire {
  const { deployment, override } = input
  const { min, max } = deployment.replicas
  if (override?.kind === 'stop' || override?.kind === 'drain') return { hot: 0, min: 0, needed: 0, wanted: 0, isOff: override.kind }
  if (override?.kind === 'scale') {
    const count = Math.min(max, override.replicas ?? 0)
    return { hot: count, min: count, needed: count, wanted: count }
  }
  const hot = deployment.hot ? Math.min(max, Math.max(1, min)) : 0
  const isNew = input.nowMs - input.bootedAtMs < deployment.idleTimeoutS * 1000
  const load = forLoad(input)
  const needed = Math.min(max, Math.max(hot, min, load.needed))
  return { hot, min: Math.max(hot, min), needed, wanted: Math.min(max, Math.max(needed, load.kept, isNew ? (deployment.replicas.initial ?? 0) : 0)) }
}

function forLoad({ deployment, demand, replicas, override, isProven, startMs, nowMs, policy }: DesireInput): { readonly needed: number; readonly kept: number } {
  const active = replicas.filter(isActive).length
  const live = replicas.filter(isLive).length
  // Whole requests: where a replica takes one at a time, one is what fills it.
  const perReplica = Math.max(1, Math.round(deployment.requestsPerReplica * policy.targetUse))
  const load = demand.queued + demand.inFlight
  const lastMs = Math.max(demand.lastRequestMs ?? -Infinity, override?.atMs ?? -Infinity)
  const sinceRequestMs = nowMs - lastMs
  // Since when somebody who had asked could have been served: from then on it is idle.
  const upSinceMs = firstUpMs(replicas, lastMs)
  const wasUp = upSinceMs !== Infinity
  const isIdle = load === 0 && nowMs - (wasUp ? upSinceMs : lastMs) >= deployment.idleTimeoutS * 1000
  // What an admin has started is asked for until a replica of it was.
  const isOrdered = override !== undefined && !isIdle && !replicas.some(({ requestedAtMs }) => requestedAtMs >= override.atMs)
  // A caller who had to go comes again, so a start goes on; one that found the model up has its idle time, and no more.
  const isAsked = load > 0 || isOrdered || (sinceRequestMs < policy.askedMs && !(isIdle && wasUp))
  const isWarm = active > 0 && !isIdle && sinceRequestMs < policy.evictAfterMs
  const atOnce = live + (isProven ? Math.max(policy.stepUp, live) : 1)
  const forNow = Math.max(isAsked || isWarm ? 1 : 0, Math.ceil(load / perReplica))
  // Where one serves, a queue that is gone long before another could be live is worth no start.
  const isBrief = live > 0 && demand.oldestWaitMs < Math.min(policy.upAfterMaxMs, policy.upAfterShare * startMs)
  const most = isBrief ? active : Math.max(active, atOnce)
  const needed = Math.min(forNow, Math.max(most, 1))
  return { needed, kept: isIdle ? 0 : Math.min(active, Math.max(1, Math.ceil(demand.peak / perReplica))) }
}

/** When a replica could first be used at this time or after it; Infinity: never. */
function firstUpMs(replicas: readonly StoredReplica[], fromMs: number): number {
  let first = Infinity
  for (const { liveAtMs, state, sinceMs } of replicas) if (liveAtMs !== undefined && (state === 'live' || sinceMs >= fromMs)) first = Math.min(first, Math.max(liveAtMs, fromMs))
  return first
}
