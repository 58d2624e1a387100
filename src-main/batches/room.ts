import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import type { StoredBatch } from './stored-batch'

/** What is known of places and their requests at one moment. */
export interface Traffic {
  readonly clusters: readonly Pick<ClusterSnapshot, 'name' | 'replicas'>[]
  /** Places that serve a model or an alias, at one cluster or anywhere; none where nobody knows it. The same object is the same place. */
  readonly placesOf: (name: string, at?: StoredBatch['place']) => readonly ModelInfo[]
  /** Requests that are at places, and those of batches among them. */
  readonly atPlaces: readonly { readonly cluster: string; readonly model: string; readonly inFlight: number; readonly ofBatches: number }[]
  /** Requests of people and programs that wait for a place, by the model or the alias they ask for. */
  readonly waiting: ReadonlyMap<string, number>
  /** Batches that have requests to send now; whether this one is among them makes no difference. */
  readonly sending: readonly Served[]
}

type Served = Pick<StoredBatch, 'id' | 'models' | 'place'>

/** Statuses of places that may take a request now. */
const usable: ReadonlySet<ModelStatus> = new Set(['live', 'unknown'])
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/**
 * Requests that a batch may have under way: what its own replicas take at once, and an equal part of what batches may have at the places that
 * are everybody's, which is what those take less what people and programs have there or wait for. Infinity where a place does not say what it
 * takes; 1 where none takes any, which brings the model up.
 */
export function roomOfBatch(batch: Served, { clusters, placesOf, atPlaces, waiting, sending }: Traffic): number {
  const places = new Set(batch.models.flatMap((name) => placesOf(name, batch.place)))
  const own = sum(Array.from(places, (info) => ownCapacity(info, batch.id, clusters)))
  const shared = Array.from(places).filter(({ status, batchReplica }) => batchReplica === undefined && usable.has(status))
  if (shared.length === 0) return Math.max(1, own)
  const meets = (names: readonly string[], at?: StoredBatch['place']): boolean => names.some((name) => placesOf(name, at).some((place) => places.has(place)))
  const isAtPlace = (at: { readonly cluster: string; readonly model: string }): boolean => Array.from(places).some(({ cluster, id }) => cluster === at.cluster && id === at.model)
  const atThem = sum(atPlaces.filter(isAtPlace).map(({ inFlight, ofBatches }) => inFlight - ofBatches))
  const forThem = sum(Array.from(waiting, ([name, count]) => (meets([name]) ? count : 0)))
  const others = sending.filter(({ id, models, place }) => id !== batch.id && meets(models, place)).length
  return own + Math.floor((sum(shared.map(({ capacity = Infinity }) => capacity)) - atThem - forThem) / (1 + others))
}

/** Of the live replicas that are for this batch alone. */
function ownCapacity({ id, cluster, framework, batchReplica }: ModelInfo, batch: string, clusters: Traffic['clusters']): number {
  if (batchReplica === undefined) return 0
  const replicas = clusters.find(({ name }) => name === cluster)?.replicas ?? []
  return batchReplica.capacity * replicas.filter((replica) => replica.batch === batch && replica.state === 'live' && replica.model === id && replica.framework === framework).length
}
