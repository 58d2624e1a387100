import type { ObservedReplica } from '../clusters/replica-host'
import { advance, type LifeTerms } from './life'
import type { StoredReplica } from './stored-replica'

/** What a cluster answered; `atMs` is when it was asked. */
export interface Observation {
  readonly atMs: number
  readonly replicas: readonly ObservedReplica[]
}

/**
 * A cluster's stored replicas after it was observed, in their order; one that nothing changes is the same object.
 * @param terms of a replica's deployment.
 */
export function takeObservation(stored: readonly StoredReplica[], observation: Observation, terms: (replica: StoredReplica) => LifeTerms): StoredReplica[] {
  const byId = new Map<string, ObservedReplica[]>()
  for (const seen of observation.replicas) byId.set(seen.id, [...(byId.get(seen.id) ?? []), seen])
  return stored.map((replica) => {
    const seen = choose(replica, byId.get(replica.id) ?? [])
    return advance(replica, seen === undefined ? { kind: 'missed', atMs: observation.atMs } : { kind: 'observed', atMs: observation.atMs, replica: seen }, terms(replica))
  })
}

/** Of several with the id, the one that is known; another that runs in its place where it is gone. `plan` stops the rest. */
function choose({ handle }: StoredReplica, seen: readonly ObservedReplica[]): ObservedReplica | undefined {
  const known = seen.find((one) => one.handle === handle)
  if (known !== undefined && known.state !== 'ended') return known
  const other = seen.find(({ state }) => state === 'running') ?? seen.find(({ state }) => state !== 'ended')
  return other ?? known ?? (handle === undefined ? seen[0] : undefined)
}
