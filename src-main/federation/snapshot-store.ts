import type { ClusterSnapshot } from '@shared/domain/cluster'

/** Where the last snapshot of each cluster outlives the process. */
export interface SnapshotStore {
  load(): readonly ClusterSnapshot[]
  save(snapshot: ClusterSnapshot): void
  remove(cluster: string): void
}
