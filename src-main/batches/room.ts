import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelStatus } from '@shared/domain/model'
import type { StoredBatch } from './stored-batch'

/** What is known of places and their requests at one moment. */
export interface Traffic {
  readonly clusters: readonly Pick<ClusterSnapshot, 'name' | 'models'>[]
  /** Requests that are at places. */
  readonly inFlight: readonly { readonly cluster: string; readonly model: string; readonly inFlight: number }[]
  /** Requests that wait for a place, by the model they ask for. */
  readonly waiting: ReadonlyMap<string, number>
  /** Of both, those of batches. */
  readonly ofBatches: number
}

/** Statuses of places that may take a request now. */
const usable: ReadonlySet<ModelStatus> = new Set(['live', 'unknown'])

/**
 * Requests that batches may have at the places of these models: what those take at once, less what people and programs have there or wait for.
 * Infinity where a place does not say what it takes; 1 where none takes any, which brings the model up.
 */
export function roomBesidePeople({ models, place }: Pick<StoredBatch, 'models' | 'place'>, { clusters, inFlight, waiting, ofBatches }: Traffic): number {
  const isOurs = (at: { readonly cluster: string; readonly model: string }): boolean => models.includes(at.model) && (place === undefined || place.cluster === at.cluster)
  const capacities = clusters.flatMap(({ name, models: served }) => served.filter(({ id, status }) => usable.has(status) && isOurs({ cluster: name, model: id })).map(({ capacity = Infinity }) => capacity))
  if (capacities.length === 0) return 1
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  const all = sum(inFlight.filter(isOurs).map((at) => at.inFlight)) + sum(models.map((model) => waiting.get(model) ?? 0))
  return sum(capacities) - Math.max(0, all - ofBatches)
}
