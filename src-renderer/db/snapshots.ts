import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { CoreConnection } from '../rpc/connection'
import type { CoreState } from '../rpc/core-state'
import type { Database } from './schema'

/** Keeps the last snapshots of all clusters for the next start, those already told and those to come; the result ends that. */
export function keepSnapshots(db: Database, state: CoreConnection['state'], onError: (cause: unknown) => void): () => void {
  const keep = ({ clusters }: CoreState): void => {
    if (clusters) storeSnapshots(db, clusters).catch(onError)
  }
  keep(state.getState())
  return state.subscribe((now, before) => {
    if (now.clusters !== before.clusters) keep(now)
  })
}

/** Replaces what is stored: a cluster that is gone from the configuration goes from here too. */
function storeSnapshots(db: Database, clusters: readonly ClusterSnapshot[]): Promise<void> {
  return db.transaction('rw', db.snapshots, async () => {
    await db.snapshots.clear()
    await db.snapshots.bulkPut([...clusters])
  })
}
