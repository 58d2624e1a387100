import type { LaunchedDeployment } from '@shared/config/deployment'
import { FirstError } from '@shared/errors'
import type { DemandBook } from './demand-book'
import type { Policy } from './policy'
import { expectedStartMs, type StartTimes } from './start-times'
import { deploymentKey, isActive, isLive, type DeploymentName, type StoredReplica } from './stored-replica'

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
  /** A live replica with room. @throws FirstError `model_loading` where one is coming, `model_failed` where none will */
  acquire(this: void, name: DeploymentName): ReplicaLease
  /** Requests that each replica has now, by its id. */
  readonly inFlight: ReadonlyMap<string, number>
  isSuspect(id: string): boolean
  clear(id: string): void
}

interface LeasesDeps {
  readonly demand: DemandBook
  /** By `deploymentKey`. */
  readonly startTimes: ReadonlyMap<string, StartTimes>
  readonly policy: Policy
  readonly clock: () => number
  readonly keyOf: (id: string) => string
  readonly deploymentOf: (name: DeploymentName) => LaunchedDeployment | undefined
  readonly replicasOf: (key: string) => readonly StoredReplica[]
  /** Called when something is to be decided soon. */
  readonly onDemand: () => void
}

export function createLeases({ demand, startTimes, policy, clock, keyOf, deploymentOf, replicasOf, onDemand }: LeasesDeps): Leases {
  const inFlight = new Map<string, number>()
  /** Took no connection, and has not answered since. */
  const suspects = new Set<string>()
  const loadOf = ({ id }: StoredReplica): number => inFlight.get(id) ?? 0

  const noPlace = (name: DeploymentName, own: readonly StoredReplica[]): FirstError => {
    const active = own.filter(isActive)
    const last = own.filter(({ state }) => state === 'failed').sort((a, b) => b.sinceMs - a.sinceMs)[0]
    if (active.length === 0 && last !== undefined && clock() - last.sinceMs < policy.backoffMs)
      return new FirstError('model_failed', `The model "${name.model}" did not start on the cluster "${name.cluster}": ${last.reason ?? 'it ended by itself.'}`, { info: { log: last.logTail ?? '' } })
    if (active.some((replica) => isLive(replica) && !suspects.has(replica.id))) return new FirstError('model_loading', `Every replica of "${name.model}" has as many requests as it takes.`, { retryAfterS: 1 })
    const first = active.map(({ requestedAtMs }) => requestedAtMs).sort((a, b) => a - b)[0]
    const leftMs = expectedStartMs(startTimes.get(deploymentKey(name)), policy) - (first === undefined ? 0 : clock() - first)
    return new FirstError('model_loading', `The model "${name.model}" is starting on the cluster "${name.cluster}".`, { retryAfterS: Math.min(30, Math.max(1, Math.ceil(leftMs / 1000))) })
  }

  return {
    inFlight,
    isSuspect: (id) => suspects.has(id),
    clear: (id) => suspects.delete(id),
    acquire(name) {
      const key = deploymentKey(name)
      const deployment = deploymentOf(name)
      if (deployment === undefined) throw new FirstError('model_not_found', `The cluster "${name.cluster}" does not serve the model "${name.model}" any more.`, { param: 'model' })
      const own = replicasOf(key)
      const open = own.filter((replica) => isLive(replica) && !suspects.has(replica.id) && loadOf(replica) < deployment.requestsPerReplica)
      const [best] = open.sort((a, b) => loadOf(a) - loadOf(b))
      if (best?.baseUrl === undefined) {
        demand.missed(key)
        onDemand()
        throw noPlace(name, own)
      }
      const { id, baseUrl } = best
      inFlight.set(id, loadOf(best) + 1)
      demand.began(key)
      let isHeld = true
      return {
        baseUrl,
        key: keyOf(id),
        suspect() {
          suspects.add(id)
          onDemand()
        },
        release() {
          if (!isHeld) return
          isHeld = false
          const left = loadOf(best) - 1
          if (left === 0) inFlight.delete(id)
          else inFlight.set(id, left)
          demand.ended(key)
        },
      }
    },
  }
}
