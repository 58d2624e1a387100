import { z } from 'zod'
import { clusterSnapshot } from '@shared/domain/cluster'
import type { Logger } from '../core/logger'
import type { SnapshotStore } from '../federation/snapshot-store'
import type { Database } from './database'
import { tolerant } from './tolerant'

const row = z.object({ snapshot: z.string() })

/** Last snapshots of clusters, so that a start paints before any cluster was asked. */
export function createSnapshotTable(database: Database, logger: Logger): SnapshotStore {
  // The window and the gateway live from memory; a disk that refuses must not stop them.
  const attempt = tolerant(logger, 'a snapshot of a cluster could not be kept')
  return {
    // One that an older app wrote differently is left out: the cluster is asked again anyway.
    load: () => database.all(row, 'SELECT snapshot FROM cluster_snapshots ORDER BY cluster').flatMap(({ snapshot }) => clusterSnapshot.safeParse(JSON.parse(snapshot)).data ?? []),
    save: (snapshot) => attempt(() => database.run('INSERT INTO cluster_snapshots (cluster, snapshot) VALUES (?, ?) ON CONFLICT (cluster) DO UPDATE SET snapshot = excluded.snapshot', snapshot.name, JSON.stringify(snapshot))),
    remove: (cluster) => attempt(() => database.run('DELETE FROM cluster_snapshots WHERE cluster = ?', cluster)),
  }
}
