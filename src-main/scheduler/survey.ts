import type { LaunchedDeployment } from '@shared/config/deployment'
import { desire, type Desire } from './desire'
import { endingNow } from './ending'
import { readFailures, type Failures } from './failures'
import type { Policy } from './policy'
import { roomOf } from './room'
import type { Claim } from './share'
import { expectedStartMs } from './start-times'
import { deploymentKey, isActive, isLive, isOver, poolKey, type StoredReplica } from './stored-replica'
import type { ClusterView, Demand, Override, World } from './world'

/** What is known of one pool of a deployment. */
export interface Pool {
  /** The batch that it is for; absent: everybody. */
  readonly batch?: string
  /** With the counts that are of this pool. */
  readonly deployment: LaunchedDeployment
  /** All that are stored of it. */
  readonly replicas: readonly StoredReplica[]
  readonly demand: Demand
  readonly override: Override | undefined
}

/** One pool as `plan` sees it. */
export interface Survey {
  /** By `poolKey`. */
  readonly key: string
  readonly batch?: string
  readonly deployment: LaunchedDeployment
  readonly failures: Failures
  readonly desire: Desire
  /** Not over: those that drain are among them. */
  readonly present: readonly StoredReplica[]
  /** Active, and their walltime lasts. */
  readonly fresh: readonly StoredReplica[]
  /** Active, and to be replaced. */
  readonly ending: readonly StoredReplica[]
  /** Of the ending ones, how many have to serve until another is live. */
  readonly kept: number
  /** May be started now, as far as past failures say. */
  readonly startable: number
  readonly claim: Claim
}

export function survey(world: World, cluster: ClusterView, { batch, deployment, replicas, demand, override }: Pool, policy: Policy): Survey {
  const { model, framework } = deployment
  const name = { cluster: cluster.name, model, framework }
  const key = poolKey({ ...name, batch })
  const startTimes = world.startTimes.get(deploymentKey(name))
  const startMs = expectedStartMs(startTimes, policy)
  const failures = readFailures(replicas, deployment.ready.attempts, policy, override?.kind === 'start' ? override.atMs : undefined)
  const wish = desire({ deployment, demand, replicas, override, isProven: startTimes !== undefined && failures.streak === 0, startMs, nowMs: world.nowMs, bootedAtMs: world.bootedAtMs, policy })

  const present = replicas.filter((replica) => !isOver(replica))
  const active = present.filter(isActive)
  const late = endingNow(active, deployment, startMs, world.nowMs, policy)
  const fresh = active.filter(({ id }) => !late.has(id))
  const ending = active.filter(({ id }) => late.has(id))
  const kept = Math.min(ending.length, Math.max(0, wish.wanted - fresh.filter(isLive).length))

  const startable = startableNow(failures, fresh, demand.lastRequestMs, world.nowMs)
  // What may not be started asks for no room.
  const most = failures.isFailed && startable === 0 ? active.length : Infinity
  const replacement = kept > 0 ? 1 : 0
  const claimed = (count: number): number => Math.min(most, count === 0 ? 0 : count + replacement)
  return {
    key, ...(batch !== undefined && { batch }), deployment, failures, desire: wish, present, fresh, ending, kept, startable,
    claim: {
      key, hot: claimed(wish.hot), min: claimed(wish.min), needed: claimed(wish.needed), wanted: claimed(wish.wanted),
      held: active.length, unit: roomOf(deployment, cluster), waitMs: demand.oldestWaitMs, usedAtMs: demand.lastRequestMs ?? 0,
    },
  }
}

/** After a failure one start at a time, and only once it has waited; after the last attempt only for a request that is newer than the wait. */
function startableNow({ streak, notBeforeMs, isFailed }: Failures, fresh: readonly StoredReplica[], lastRequestMs: number | undefined, nowMs: number): number {
  if (streak === 0) return Infinity
  const isDue = nowMs >= notBeforeMs && (!isFailed || (lastRequestMs ?? -Infinity) >= notBeforeMs)
  return isDue && fresh.every(isLive) ? 1 : 0
}
