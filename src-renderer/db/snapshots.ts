import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { CoreConnection } from '../rpc/connection'
import type { Database } from './schema'

/** Keeps the last snapshots of all clusters for the next start; the result ends that. */
export function keepSnapshots(db: Database, state: CoreConnection['state'], onError: (cause: unknown) => void): () => void {
  return state.subscribe(({ clusters }, before) => {
    if (clusters && clusters !== before.clusters) storeSnapshots(db, clusters).catch(onError)
  })
}

/** Replaces what is stored: a cluster that is gone from the configuration goes from here too. */
export function storeSnapshots(db: Database, clusters: readonly ClusterSnapshot[]): Promise<void> {
  return db.transaction('rw', db.snapshots, async () => {
    await db.snapshots.clear()
    await db.snapshots.bulkPut([...clusters])
  })
}
