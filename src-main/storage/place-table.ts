import { z } from 'zod'
import type { ClusterPlaces } from '../clusters/managed-cluster'
import type { Database } from './database'

const row = z.object({ cluster: z.string(), place: z.string() })

export function createPlaceTable(database: Database): ClusterPlaces {
  return {
    load: () => new Map(database.all(row, 'SELECT cluster, place FROM cluster_places ORDER BY cluster').map(({ cluster, place }) => [cluster, place])),
    save: (cluster, place) => void database.run('INSERT INTO cluster_places (cluster, place) VALUES (?, ?) ON CONFLICT (cluster) DO UPDATE SET place = excluded.place', cluster, place),
    remove: (cluster) => void database.run('DELETE FROM cluster_places WHERE cluster = ?', cluster),
  }
}
