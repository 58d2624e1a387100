import { z } from 'zod'
import type { RecentPage, RecordFilters, RequestRow } from '@shared/domain/records'
import { FirstError } from '@shared/errors'
import type { Database, SqlValue } from '../storage/database'
import type { RecentQuery } from './records-store'

const text = z.string().nullable()
const number = z.number().nullable()
const storedRow = z.object({
  rowid: z.number(), id: z.string(), started_at_ms: z.number(), identity: text, route: z.string(), operation: text, model: text, cluster: text, framework: text,
  status: z.number(), error_code: text, is_failed: z.number(), is_streamed: z.number(), attempts: z.number(), first_byte_ms: number, total_ms: z.number(), queued_ms: number,
  prompt_tokens: number, completion_tokens: number, is_usage_estimated: number, is_cut: z.number(),
})
const names = Object.keys(storedRow.shape).join(', ')

/** Requests that ended, from new to old: one page, and where the next begins. */
export function readRecent(database: Database, { limit, before, filters }: RecentQuery): RecentPage {
  if (filters.status === 'running') return { rows: [] }
  const { conditions, values } = conditionsOf(filters)
  if (before !== undefined) {
    conditions.push('(started_at_ms, rowid) < (?, ?)')
    values.push(...readCursor(before))
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const found = database.all(storedRow, `SELECT ${names} FROM requests ${where} ORDER BY started_at_ms DESC, rowid DESC LIMIT ?`, ...values, limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { rows: page.map(toRow), ...(found.length > limit && last !== undefined && { next: `${last.started_at_ms}-${last.rowid}` }) }
}

function conditionsOf({ model, cluster, identity, status, sinceMs, asksModel }: RecordFilters): { conditions: string[]; values: SqlValue[] } {
  const wanted: readonly (readonly [condition: string, value?: string | number])[] = [
    ...(model === undefined ? [] : [['model = ?', model] as const]),
    ...(cluster === undefined ? [] : [['cluster = ?', cluster] as const]),
    ...(identity === undefined ? [] : [['identity = ?', identity] as const]),
    ...(sinceMs === undefined ? [] : [['started_at_ms >= ?', sinceMs] as const]),
    ...(status === undefined ? [] : [[status === 'failed' ? 'is_failed = 1' : 'is_failed = 0'] as const]),
    ...(asksModel === true ? [['(operation IS NOT NULL OR model IS NOT NULL)'] as const] : []),
  ]
  return { conditions: wanted.map(([condition]) => condition), values: wanted.flatMap(([, value]) => (value === undefined ? [] : [value])) }
}

function readCursor(before: string): readonly [number, number] {
  const [, startedAtMs, rowid] = /^(\d{1,16})-(\d{1,16})$/.exec(before) ?? []
  if (startedAtMs === undefined || rowid === undefined) throw new FirstError('invalid_request', 'before: use the `next` of another page.', { param: 'before' })
  return [Number(startedAtMs), Number(rowid)]
}

function toRow(stored: z.infer<typeof storedRow>): RequestRow {
  return {
    id: stored.id,
    startedAtMs: stored.started_at_ms,
    route: stored.route,
    status: stored.status,
    isFailed: stored.is_failed === 1,
    isStreamed: stored.is_streamed === 1,
    attempts: stored.attempts,
    totalMs: stored.total_ms,
    isRunning: false,
    ...(stored.identity !== null && { identity: stored.identity }),
    ...(stored.operation !== null && { operation: stored.operation }),
    ...(stored.model !== null && { model: stored.model }),
    ...(stored.cluster !== null && { cluster: stored.cluster }),
    ...(stored.framework !== null && { framework: stored.framework }),
    ...(stored.error_code !== null && { errorCode: stored.error_code }),
    ...(stored.first_byte_ms !== null && { firstByteMs: stored.first_byte_ms }),
    ...(stored.queued_ms !== null && { queuedMs: stored.queued_ms }),
    ...(stored.prompt_tokens !== null && { promptTokens: stored.prompt_tokens }),
    ...(stored.completion_tokens !== null && { completionTokens: stored.completion_tokens }),
    ...(stored.is_usage_estimated !== null && { isUsageEstimated: stored.is_usage_estimated === 1 }),
    ...(stored.is_cut === 1 && { isCut: true }),
  }
}
