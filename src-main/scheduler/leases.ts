import type { LaunchedDeployment } from '@shared/config/deployment'
import { FirstError } from '@shared/errors'
import type { BatchAsks } from './batch-asks'
import type { DemandBook } from './demand-book'
import { readFailures } from './failures'
import type { Policy } from './policy'
import { expectedStartMs, type StartTimes } from './start-times'
import { deploymentKey, isActive, isLive, type DeploymentName, type PoolName, type StoredReplica } from './stored-replica'
import type { Override } from './world'

/** A live replica to send one request to. */
export interface ReplicaLease {
  readonly baseUrl: string
  readonly key: string
  readonly release: () => void
  /** It takes no connection: it gets no more requests until it answers its readiness check. */
  readonly suspect: () => void
}

/** Who has which replica, and how many requests each has. */
export interface Leases {
  /** A live replica with room. @throws FirstError `model_loading` where one is coming, `model_failed` where none will, or why the cluster cannot be asked */
  acquire(this: void, name: PoolName): ReplicaLease
  /** Requests that each replica has now, by its id. */
  readonly inFlight: ReadonlyMap<string, number>
  /** Unix milliseconds since when it takes no connection; absent: it does. */
  suspectSinceMs(id: string): number | undefined
  clear(id: string): void
}

interface LeasesDeps {
  readonly demand: DemandBook
  readonly asks: BatchAsks
  /** By `deploymentKey`. */
  readonly startTimes: ReadonlyMap<string, StartTimes>
  readonly policy: Policy
  readonly clock: () => number
  readonly keyOf: (id: string) => string
  readonly deploymentOf: (name: DeploymentName) => LaunchedDeployment | undefined
  readonly replicasOf: (key: string) => readonly StoredReplica[]
  readonly wishOf: (key: string) => Override | undefined
  /** Why nothing can be started on a cluster now: it cannot be asked, or has no room that is large enough. */
  readonly obstacle: (name: DeploymentName) => FirstError | undefined
  /** Called when something is to be decided soon. */
  readonly onDemand: () => void
}

/** A caller asks again within this, so that it is not taken to have gone. */
const longestRetryS = 30

export function createLeases({ demand, asks, startTimes, policy, clock, keyOf, deploymentOf, replicasOf, wishOf, obstacle, onDemand }: LeasesDeps): Leases {
  const inFlight = new Map<string, number>()
  /** Took no connection, and has not answered since. */
  const suspects = new Map<string, number>()
  const loadOf = ({ id }: StoredReplica): number => inFlight.get(id) ?? 0
  /** It may be busy only, so it is still better than none. */
  const isUnready = ({ unreadySinceMs }: StoredReplica): boolean => unreadySinceMs !== undefined

  /** Why none will come, though nobody has asked for too much; absent: one will. */
  const hindrance = (name: DeploymentName, { ready, replicas }: LaunchedDeployment, own: readonly StoredReplica[]): FirstError | undefined => {
    const wish = wishOf(deploymentKey(name))
    if (wish?.kind === 'stop' || wish?.kind === 'drain' || wish?.replicas === 0 || replicas.max === 0)
      return new FirstError('model_failed', `The model "${name.model}" is switched off on the cluster "${name.cluster}".`, { action: 'Use another model, or ask the admin to start it.' })
    const { last, isFailed, notBeforeMs } = readFailures(own, ready.attempts, policy, wish?.kind === 'start' ? wish.atMs : undefined)
    // Another attempt is waited for, unless the first was not even taken.
    if (last !== undefined && clock() < notBeforeMs && (isFailed || last.handle === undefined))
      return new FirstError('model_failed', `The model "${name.model}" did not start on the cluster "${name.cluster}": ${last.reason ?? 'it ended by itself.'}`, { info: { log: last.logTail ?? '' } })
    return obstacle(name)
  }
  const loading = (name: PoolName, active: readonly StoredReplica[]): FirstError => {
    if (active.some((replica) => isLive(replica) && !suspects.has(replica.id))) return new FirstError('model_loading', `Every replica of "${name.model}" has as many requests as it takes.`, { retryAfterS: 1 })
    // Whether it is gone is known soon, and nothing tells of one that answers again.
    if (active.some(isLive)) return new FirstError('model_loading', `The replica of "${name.model}" on the cluster "${name.cluster}" takes no connection; it is looked after.`, { retryAfterS: 2 })
    if (active.length === 0 && name.batch !== undefined) return new FirstError('model_loading', `The batch waits for a replica of its own of the model "${name.model}" on the cluster "${name.cluster}".`, { retryAfterS: longestRetryS })
    const [first] = [...active].sort((a, b) => a.requestedAtMs - b.requestedAtMs)
    const leftMs = expectedStartMs(startTimes.get(deploymentKey(name)), policy) - (first === undefined ? 0 : clock() - first.requestedAtMs)
    const why = first?.reason === undefined ? '.' : `: ${first.reason}`
    return new FirstError('model_loading', `The model "${name.model}" is starting on the cluster "${name.cluster}"${why}`, { retryAfterS: Math.min(longestRetryS, Math.max(1, Math.ceil(leftMs / 1000))) })
  }

  return {
    inFlight,
    suspectSinceMs: (id) => suspects.get(id),
    clear: (id) => suspects.delete(id),
    acquire({ batch: asking, ...name }) {
      const key = deploymentKey(name)
      const deployment = deploymentOf(name)
      if (deployment === undefined) throw new FirstError('model_not_found', `The cluster "${name.cluster}" does not serve the model "${name.model}" any more.`, { param: 'model' })
      const batch = deployment.batch.dedicated ? asking : undefined
      const pool = batch === undefined ? undefined : { ...name, batch }
      const own = replicasOf(key).filter((replica) => replica.batch === batch)
      const open = own.filter((replica) => isLive(replica) && !suspects.has(replica.id) && loadOf(replica) < deployment.requestsPerReplica)
      const [best] = open.sort((a, b) => Number(isUnready(a)) - Number(isUnready(b)) || loadOf(a) - loadOf(b))
      if (best?.baseUrl === undefined) {
        const active = own.filter(isActive)
        const problem = active.length > 0 ? undefined : hindrance(name, deployment, own)
        if (problem !== undefined) throw problem
        if (pool === undefined) demand.missed(key)
        else asks.missed(pool)
        onDemand()
        throw loading({ ...name, batch }, active)
      }
      const { id, baseUrl } = best
      inFlight.set(id, loadOf(best) + 1)
      if (pool === undefined) demand.began(key)
      else asks.began(pool)
      let isHeld = true
      return {
        baseUrl,
        key: keyOf(id),
        suspect() {
          if (!suspects.has(id)) suspects.set(id, clock())
          onDemand()
        },
        release() {
          if (!isHeld) return
          isHeld = false
          const left = loadOf(best) - 1
          if (left === 0) inFlight.delete(id)
          else inFlight.set(id, left)
          if (pool === undefined) demand.ended(key)
          else asks.ended(pool)
        },
      }
    },
  }
}
