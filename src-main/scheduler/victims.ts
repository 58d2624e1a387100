import type { ReplicaState } from '@shared/domain/replica'
import { isLive, type StoredReplica } from './stored-replica'

/** What is lost least first: what waits, then what loads, then what serves. */
const rank: Readonly<Partial<Record<ReplicaState, number>>> = { requested: 0, queued: 1, starting: 2, live: 3 }

/**
 * Up to `count` of a deployment's active replicas that it can best do without. The last live one is not among them while it has requests.
 * @param inFlight requests that each has, by its id. @param hasOther true where another is live that is none of these.
 */
export function leastUseful(active: readonly StoredReplica[], count: number, inFlight: ReadonlyMap<string, number>, hasOther = false): StoredReplica[] {
  const load = ({ id }: StoredReplica): number => inFlight.get(id) ?? 0
  const order = [...active].sort((a, b) => (rank[a.state] ?? 0) - (rank[b.state] ?? 0) || load(a) - load(b) || (isLive(a) ? a.sinceMs - b.sinceMs : b.sinceMs - a.sinceMs))
  const chosen = order.slice(0, Math.max(0, count))
  const last = chosen.at(-1)
  return !hasOther && chosen.length === active.length && last !== undefined && isLive(last) && load(last) > 0 ? chosen.slice(0, -1) : chosen
}
