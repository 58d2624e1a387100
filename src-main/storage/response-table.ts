import { z } from 'zod'
import type { KeptResponse, ResponseStore } from '../gateway/responses/response-store'
import type { Logger } from '../core/logger'
import type { Database } from './database'

/** As long as OpenAI keeps them (API reference, "Responses", `store`). */
const keptMs = 30 * 86_400_000
/** A conversation longer than this is not kept: whoever goes on with it sends it whole. */
const longestText = 8_000_000
/** Of one caller; the oldest go first. Each holds its whole conversation, so that a long one fills the disk with the square of its length. */
const mostKept = 500
/** Looking for the oldest takes longer than keeping one. */
const pruneEvery = 50

const row = z.object({ response: z.string(), turns: z.string() })
const object = z.record(z.string(), z.unknown())
const list = z.array(z.unknown())

/** Responses in SQLite; one that cannot be kept is logged, and its answer goes out all the same. */
export function createResponseTable(database: Database, { clock, logger }: { readonly clock: { now(): number }; readonly logger: Logger }): ResponseStore {
  let kept = 0
  return {
    get(id, identity) {
      const found = database.get(row, 'SELECT response, turns FROM responses WHERE id = ? AND identity = ? AND expires_at_ms > ?', id, identity, clock.now())
      return found === undefined ? undefined : { response: object.parse(JSON.parse(found.response)), items: list.parse(JSON.parse(found.turns)) }
    },
    put(id, identity, { response, items }: KeptResponse) {
      const turns = JSON.stringify(items)
      if (turns.length > longestText) return
      try {
        database.run('DELETE FROM responses WHERE id IN (SELECT id FROM responses WHERE expires_at_ms <= ? LIMIT 100)', clock.now())
        if (kept++ % pruneEvery === 0) database.run('DELETE FROM responses WHERE id IN (SELECT id FROM responses WHERE identity = ? ORDER BY expires_at_ms DESC, rowid DESC LIMIT -1 OFFSET ?)', identity, mostKept)
        // Ids that servers made may meet: one caller's never takes the place of another's.
        database.run('INSERT INTO responses (id, identity, expires_at_ms, response, turns) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET expires_at_ms = excluded.expires_at_ms, response = excluded.response, turns = excluded.turns WHERE identity = excluded.identity', id, identity, Math.floor(clock.now()) + keptMs, JSON.stringify(response), turns)
      } catch (cause) {
        logger.error({ cause }, 'an answer could not be kept for previous_response_id')
      }
    },
    remove: (id, identity) => database.run('DELETE FROM responses WHERE id = ? AND identity = ?', id, identity).changes > 0,
  }
}
