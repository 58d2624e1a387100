import type { ClusterSnapshot } from '@shared/domain/cluster'
import { progressOf } from '@shared/domain/replica'
import type { Candidate } from './model-index'

/** Not where its deployment has `batch: { enabled: false }`. */
export const takesBatches = ({ info }: Pick<Candidate, 'info'>): boolean => info.capabilities?.hasBatch !== false

/**
 * A place as one batch has it. Where its deployment has a replica for each batch, that one alone counts, with a key of its own: what it lacks or
 * fails says nothing of the replicas that people have there.
 */
export function placeOfBatch(place: Candidate, batch: string, snapshots: readonly ClusterSnapshot[]): Candidate {
  const { cluster, model, framework } = place
  const { batchReplica } = place.info
  if (batchReplica === undefined) return place
  const replicas = snapshots.find(({ name }) => name === cluster)?.replicas ?? []
  const own = replicas.filter((replica) => replica.batch === batch && replica.model === model && replica.framework === framework)
  const status = place.info.status === 'unknown' ? 'unknown' : (progressOf(own)?.status ?? (place.info.status === 'maintenance' ? 'maintenance' : 'offline'))
  return { ...place, key: `${batch}@${place.key}`, batch, info: { ...place.info, status, capacity: status === 'live' ? batchReplica.capacity : undefined } }
}
