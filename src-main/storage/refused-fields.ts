import { z } from 'zod'
import type { Operation } from '@shared/domain/model'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Database } from './database'

/** What refuses fields: a model of a cluster, or the cluster whatever the model. */
export interface RefusingPlace {
  readonly cluster: string
  readonly model?: string
}

/** Fields of requests that were refused, so that they are left out the next time. They are forgotten after a week: servers are brought up to date. */
export interface RefusedFields {
  of(place: RefusingPlace, operation: Operation): ReadonlySet<string>
  add(place: RefusingPlace, operation: Operation, fields: readonly string[]): void
}

interface Refused {
  readonly fields: Set<string>
  /** Unix milliseconds. */
  readonly untilMs: number
}

const row = z.object({ cluster: z.string(), model: z.string(), operation: z.string(), field: z.string(), until_ms: z.number() })
const keptMs = 7 * 86_400_000
const none: ReadonlySet<string> = new Set()
/** Callers make names up; past these a server says again each time what it does not take. */
const [mostFields, longestField] = [500, 128]

/** Read once and answered from memory: every request asks. */
export function createRefusedFields(database: Database, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }): RefusedFields {
  const known = new Map<string, Refused>()
  const find = (place: RefusingPlace, operation: string): Refused | undefined => {
    const refused = known.get(key(place, operation))
    return refused !== undefined && clock.now() < refused.untilMs ? refused : undefined
  }
  const remember = (place: RefusingPlace, operation: string, field: string, untilMs: number): void => {
    const refused = find(place, operation)
    if (refused === undefined) known.set(key(place, operation), { fields: new Set([field]), untilMs })
    else refused.fields.add(field)
  }
  for (const { operation, field, until_ms: untilMs, ...place } of database.all(row, 'SELECT cluster, model, operation, field, until_ms FROM refused_fields WHERE until_ms > ?', clock.now())) remember(place, operation, field, untilMs)

  return {
    of: (place, operation) => find(place, operation)?.fields ?? none,
    add(place, operation, fields) {
      const { fields: before, untilMs } = find(place, operation) ?? { fields: none, untilMs: Math.floor(clock.now()) + keptMs }
      const added = fields.filter((field) => field.length <= longestField && !before.has(field)).slice(0, Math.max(0, mostFields - before.size))
      for (const field of added) remember(place, operation, field, untilMs)
      try {
        database.run('DELETE FROM refused_fields WHERE until_ms <= ?', clock.now())
        for (const field of added) database.run('INSERT OR IGNORE INTO refused_fields (cluster, model, operation, field, until_ms) VALUES (?, ?, ?, ?, ?)', place.cluster, place.model ?? '', operation, field, untilMs)
      } catch (cause) {
        // The request that taught it is about to be sent again; a disk that refuses must not stop that.
        logger.warn({ ...place, operation, cause }, 'fields that a cluster refuses could not be kept')
      }
    },
  }
}

/** Only the name of a model may have a blank. */
const key = ({ cluster, model = '' }: RefusingPlace, operation: string): string => `${cluster} ${operation} ${model}`
