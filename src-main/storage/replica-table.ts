import { z } from 'zod'
import { framework } from '@shared/domain/model'
import { replicaState } from '@shared/domain/replica'
import type { ReplicaTable } from '../scheduler/replica-table'
import type { StoredReplica } from '../scheduler/stored-replica'
import type { Override } from '../scheduler/world'
import type { Database, SqlValue } from './database'

/** A column's name, where the table has it, and what it holds. */
const columns = [
  ['id', 'id'], ['cluster', 'cluster'], ['model', 'model'], ['framework', 'framework'], ['state', 'state'], ['sinceMs', 'since_ms'],
  ['requestedAtMs', 'requested_at_ms'], ['attempt', 'attempt'], ['handle', 'handle'], ['baseUrl', 'base_url'], ['reason', 'reason'],
  ['logTail', 'log_tail'], ['nodes', 'nodes'], ['gpus', 'gpus'], ['estimatedStartMs', 'estimated_start_ms'], ['endsAtMs', 'ends_at_ms'],
  ['seenAtMs', 'seen_at_ms'], ['runningAtMs', 'running_at_ms'], ['liveAtMs', 'live_at_ms'], ['unreadySinceMs', 'unready_since_ms'], ['askedAtMs', 'asked_at_ms'], ['batch', 'batch'],
] as const satisfies readonly (readonly [keyof StoredReplica, string])[]

const select = `SELECT ${columns.map(([name, column]) => `${column} AS ${name}`).join(', ')} FROM replicas ORDER BY requested_at_ms, id`
const insert = `INSERT OR REPLACE INTO replicas (${columns.map(([, column]) => column).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`

/** NULL is what is not known, and is left out. */
const optional = <Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> => schema.nullable().transform((value) => value ?? undefined)
const text = optional(z.string())
const at = optional(z.number())
const words = optional(z.string().transform((joined) => (joined === '' ? [] : joined.split(' '))))
const replicaRow: z.ZodType<StoredReplica> = z.object({
  id: z.string(), cluster: z.string(), model: z.string(), framework, state: replicaState, sinceMs: z.number(), requestedAtMs: z.number(), attempt: z.number(),
  handle: text, baseUrl: text, reason: text, logTail: text, nodes: words, gpus: words.transform((indexes) => indexes?.map(Number)),
  estimatedStartMs: at, endsAtMs: at, seenAtMs: at, runningAtMs: at, liveAtMs: at, unreadySinceMs: at, askedAtMs: at, batch: text,
})
const overrideRow: z.ZodType<Override> = z.object({
  cluster: z.string(), framework, model: z.string(), kind: z.enum(['start', 'stop', 'drain', 'scale']), replicas: at, atMs: z.number(), by: text,
})
const timesRow = z.object({ deployment: z.string(), queueMs: z.number(), loadMs: z.number(), deviationMs: z.number(), count: z.number() })

export function createReplicaTable(database: Database): ReplicaTable {
  return {
    replicas: () => database.all(replicaRow, select),
    save: (replica) => void database.run(insert, ...columns.map(([name]) => toSql(replica[name]))),
    remove: (id) => void database.run('DELETE FROM replicas WHERE id = ?', id),
    overrides: () => database.all(overrideRow, 'SELECT cluster, framework, model, kind, replicas, at_ms AS atMs, by FROM deployment_overrides ORDER BY at_ms'),
    saveOverride: ({ cluster, framework: kindOfEngine, model, kind, replicas, atMs, by }) =>
      void database.run('INSERT OR REPLACE INTO deployment_overrides (cluster, framework, model, kind, replicas, at_ms, by) VALUES (?, ?, ?, ?, ?, ?, ?)', cluster, kindOfEngine, model, kind, replicas ?? null, Math.round(atMs), by ?? null),
    removeOverride: ({ cluster, framework: kindOfEngine, model }) => void database.run('DELETE FROM deployment_overrides WHERE cluster = ? AND framework = ? AND model = ?', cluster, kindOfEngine, model),
    startTimes: () =>
      new Map(database.all(timesRow, 'SELECT deployment, queue_ms AS queueMs, load_ms AS loadMs, deviation_ms AS deviationMs, starts AS count FROM start_times').map(({ deployment, ...times }) => [deployment, times])),
    saveStartTimes: (key, { queueMs, loadMs, deviationMs, count }) =>
      void database.run('INSERT OR REPLACE INTO start_times (deployment, queue_ms, load_ms, deviation_ms, starts) VALUES (?, ?, ?, ?, ?)', key, queueMs, loadMs, deviationMs, count),
  }
}

/** Times are whole milliseconds in the table; names of nodes and indexes of GPUs hold no space. */
function toSql(value: StoredReplica[keyof StoredReplica]): SqlValue {
  if (value === undefined) return null
  if (typeof value === 'number') return Math.round(value)
  return typeof value === 'string' ? value : value.join(' ')
}
