import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import type { StoredBatch } from './stored-batch'

/** What is known of places and their requests at one moment. */
export interface Traffic {
  readonly clusters: readonly Pick<ClusterSnapshot, 'name' | 'models' | 'replicas'>[]
  /** Requests that are at places, and those of batches among them. */
  readonly atPlaces: readonly { readonly cluster: string; readonly model: string; readonly inFlight: number; readonly ofBatches: number }[]
  /** Requests of people and programs that wait for a place, by the model they ask for. */
  readonly waiting: ReadonlyMap<string, number>
  /** Batches that run with the same models, this one among them. */
  readonly batches: number
}

/** Statuses of places that may take a request now. */
const usable: ReadonlySet<ModelStatus> = new Set(['live', 'unknown'])
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/**
 * Requests that a batch may have under way: what its own replicas take at once, and an equal part of what batches may have at the places that
 * are everybody's, which is what those take less what people and programs have there or wait for. Infinity where a place does not say what it
 * takes; 1 where none takes any, which brings the model up.
 */
export function roomOfBatch(batch: Pick<StoredBatch, 'id' | 'models' | 'place'>, traffic: Traffic): number {
  const { models, place } = batch
  const { clusters, atPlaces, waiting, batches } = traffic
  const isOurs = (at: { readonly cluster: string; readonly model: string }): boolean => models.includes(at.model) && (place === undefined || place.cluster === at.cluster)
  const places = clusters.flatMap(({ name, models: served }) => served.filter(({ id }) => isOurs({ cluster: name, model: id })))
  const own = sum(places.map((info) => ownCapacity(info, batch.id, clusters)))
  const capacities = places.filter(({ status, batchReplica }) => batchReplica === undefined && usable.has(status)).map(({ capacity = Infinity }) => capacity)
  if (capacities.length === 0) return Math.max(1, own)
  const ofPeople = sum(atPlaces.filter(isOurs).map(({ inFlight, ofBatches }) => inFlight - ofBatches)) + sum(models.map((model) => waiting.get(model) ?? 0))
  return own + Math.floor((sum(capacities) - ofPeople) / batches)
}

/** Of the live replicas that are for this batch alone. */
function ownCapacity({ id, cluster, framework, batchReplica }: ModelInfo, batch: string, clusters: Traffic['clusters']): number {
  if (batchReplica === undefined) return 0
  const replicas = clusters.find(({ name }) => name === cluster)?.replicas ?? []
  return batchReplica.capacity * replicas.filter((replica) => replica.batch === batch && replica.state === 'live' && replica.model === id && replica.framework === framework).length
}
