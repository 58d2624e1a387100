import { z } from 'zod'
import { clusterSnapshot } from '@shared/domain/cluster'
import type { SnapshotStore } from '../federation/snapshot-store'
import type { Database } from './database'

const row = z.object({ snapshot: z.string() })

/** Last snapshots of clusters, so that a start paints before any cluster was asked. */
export function createSnapshotTable(database: Database): SnapshotStore {
  return {
    // One that an older app wrote differently is left out: the cluster is asked again anyway.
    load: () => database.all(row, 'SELECT snapshot FROM cluster_snapshots ORDER BY cluster').flatMap(({ snapshot }) => clusterSnapshot.safeParse(JSON.parse(snapshot)).data ?? []),
    save: (snapshot) => void database.run('INSERT INTO cluster_snapshots (cluster, snapshot) VALUES (?, ?) ON CONFLICT (cluster) DO UPDATE SET snapshot = excluded.snapshot', snapshot.name, JSON.stringify(snapshot)),
    remove: (cluster) => void database.run('DELETE FROM cluster_snapshots WHERE cluster = ?', cluster),
  }
}
