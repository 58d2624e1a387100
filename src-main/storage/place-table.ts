import { z } from 'zod'
import type { ClusterPlaces } from '../clusters/managed-cluster'
import type { Logger } from '../core/logger'
import type { Database } from './database'
import { tolerant } from './tolerant'

const row = z.object({ cluster: z.string(), place: z.string() })

export function createPlaceTable(database: Database, logger: Logger): ClusterPlaces {
  // It is for the day that config.yaml loses a cluster: a disk that refuses must not keep the others from being used.
  const attempt = tolerant(logger, 'where a cluster is could not be kept')
  return {
    load: () => new Map(database.all(row, 'SELECT cluster, place FROM cluster_places ORDER BY cluster').map(({ cluster, place }) => [cluster, place])),
    save: (cluster, place) => attempt(() => database.run('INSERT INTO cluster_places (cluster, place) VALUES (?, ?) ON CONFLICT (cluster) DO UPDATE SET place = excluded.place', cluster, place)),
    remove: (cluster) => attempt(() => database.run('DELETE FROM cluster_places WHERE cluster = ?', cluster)),
  }
}
