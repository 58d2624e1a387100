import { z } from 'zod'
import type { Operation } from '@shared/domain/model'
import type { Logger } from '../core/logger'
import type { Database } from './database'

/** Fields of requests that clusters have refused, so that they are left out the next time. */
export interface RefusedFields {
  of(cluster: string, operation: Operation): ReadonlySet<string>
  add(cluster: string, operation: Operation, fields: readonly string[]): void
}

const row = z.object({ cluster: z.string(), operation: z.string(), field: z.string() })
const none: ReadonlySet<string> = new Set()
/** Callers make names up; past these a server says again each time what it does not take. */
const [mostFields, longestField] = [500, 128]

/** Read once and answered from memory: every request asks. */
export function createRefusedFields(database: Database, logger: Logger): RefusedFields {
  const known = new Map<string, Set<string>>()
  const remember = (cluster: string, operation: string, field: string): void => {
    const fields = known.get(key(cluster, operation))
    if (fields === undefined) known.set(key(cluster, operation), new Set([field]))
    else fields.add(field)
  }
  for (const { cluster, operation, field } of database.all(row, 'SELECT cluster, operation, field FROM refused_fields')) remember(cluster, operation, field)

  return {
    of: (cluster, operation) => known.get(key(cluster, operation)) ?? none,
    add(cluster, operation, fields) {
      const before = known.get(key(cluster, operation)) ?? none
      const added = fields.filter((field) => field.length <= longestField && !before.has(field)).slice(0, Math.max(0, mostFields - before.size))
      for (const field of added) remember(cluster, operation, field)
      try {
        for (const field of added) database.run('INSERT OR IGNORE INTO refused_fields (cluster, operation, field) VALUES (?, ?, ?)', cluster, operation, field)
      } catch (cause) {
        // The request that taught it is about to be sent again; a disk that refuses must not stop that.
        logger.warn({ cluster, operation, cause }, 'fields that a cluster refuses could not be kept')
      }
    },
  }
}

const key = (cluster: string, operation: string): string => `${cluster} ${operation}`
