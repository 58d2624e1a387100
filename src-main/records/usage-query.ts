import { z } from 'zod'
import type { SeriesPoint, SeriesRequest, UsageBy, UsageRequest, UsageRow } from '@shared/domain/records'
import { FirstError } from '@shared/errors'
import type { Database, SqlValue } from '../storage/database'
import { decodeBins, percentiles } from './latency-bins'
import { addEntry, entryOf, type Tally, type UsageEntry } from './tally'
import { usagePieces, usageTables, type Piece } from './usage-pieces'
import { dayOf, nextDay, nextHour, type Zone } from './zone'

const mostRows = 1_000
const mostPoints = 10_000

const storedUsage = z
  .object({
    at_ms: z.number(), identity: z.string(), model: z.string(), cluster: z.string(), requests: z.number(), failures: z.number(),
    prompt_tokens: z.number(), completion_tokens: z.number(), estimated_requests: z.number(), first_ms_bins: z.string(), total_ms_bins: z.string(),
  })
  .transform((row): UsageEntry => ({
    atMs: row.at_ms,
    identity: row.identity,
    model: row.model,
    cluster: row.cluster,
    requests: row.requests,
    failures: row.failures,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    estimatedRequests: row.estimated_requests,
    firstMs: decodeBins(row.first_ms_bins),
    totalMs: decodeBins(row.total_ms_bins),
  }))

type Filters = Pick<UsageRequest, 'model' | 'identity' | 'cluster'>

/** What an entry is summed under. */
const idOf: Readonly<Record<UsageBy, (entry: UsageEntry, zone: Zone) => string>> = {
  model: ({ model }) => model,
  key: ({ identity }) => identity,
  cluster: ({ cluster }) => cluster,
  hour: ({ atMs }) => String(atMs),
  day: ({ atMs }, zone) => String(dayOf(zone, atMs)),
}

/** @throws FirstError `invalid_request` for more hours or days than a table holds. */
export function readUsage(database: Database, request: UsageRequest, zone: Zone): UsageRow[] {
  const isByTime = request.by === 'hour' || request.by === 'day'
  const sums: Tally = new Map()
  for (const piece of usagePieces(database, request, zone)) {
    for (const entry of readPiece(database, piece, request)) {
      const id = idOf[request.by](entry, zone)
      addEntry(entryOf(sums, { atMs: 0, identity: id, model: '', cluster: '' }), entry)
    }
    if (isByTime && sums.size > mostRows) throw new FirstError('invalid_request', `fromMs, toMs: ask for at most ${mostRows.toLocaleString('en')} ${request.by}s at once.`, { param: 'fromMs' })
  }
  const sorted = [...sums.values()].sort(isByTime ? (one, other) => Number(one.identity) - Number(other.identity) : (one, other) => other.requests - one.requests || (one.identity < other.identity ? -1 : 1))
  return withOther(sorted).map((sum) => toRow(sum, isByTime))
}

function readPiece(database: Database, { every, fromMs, toMs }: Piece, filters: Filters): UsageEntry[] {
  const { where, values } = conditionsOf(filters)
  return database.all(storedUsage, `SELECT * FROM ${usageTables[every]} WHERE at_ms >= ? AND at_ms < ?${where}`, fromMs, toMs, ...values)
}

function conditionsOf(filters: Filters): { where: string; values: SqlValue[] } {
  const wanted = (['model', 'identity', 'cluster'] as const).flatMap((column) => (filters[column] === undefined ? [] : [{ column, value: filters[column] }]))
  return { where: wanted.map(({ column }) => ` AND ${column} = ?`).join(''), values: wanted.map(({ value }) => value) }
}

function withOther(sorted: readonly UsageEntry[]): readonly UsageEntry[] {
  if (sorted.length <= mostRows) return sorted
  const other = entryOf(new Map(), { atMs: 0, identity: 'other', model: '', cluster: '' })
  for (const rare of sorted.slice(mostRows - 1)) addEntry(other, rare)
  return [...sorted.slice(0, mostRows - 1), other]
}

function toRow(sum: UsageEntry, isByTime: boolean): UsageRow {
  const id = sum.identity
  const [first, total] = [sum.firstMs, sum.totalMs].map((bins) => percentiles(bins, [0.5, 0.95, 0.99]))
  return {
    id,
    label: isByTime ? new Date(Number(id)).toISOString() : id,
    ...(isByTime && { atMs: Number(id) }),
    requests: sum.requests,
    failures: sum.failures,
    promptTokens: sum.promptTokens,
    completionTokens: sum.completionTokens,
    estimatedRequests: sum.estimatedRequests,
    ...(first !== undefined && { p50FirstMs: first[0], p95FirstMs: first[1], p99FirstMs: first[2] }),
    ...(total !== undefined && { p50TotalMs: total[0], p95TotalMs: total[1], p99TotalMs: total[2] }),
  }
}

const storedPoint = z.object({ at_ms: z.number(), requests: z.number(), failures: z.number(), prompt_tokens: z.number(), completion_tokens: z.number() })

/** Every hour or day of the span, the empty ones too. @throws FirstError `invalid_request` for more than 10,000. */
export function readSeries(database: Database, request: SeriesRequest, zone: Zone): SeriesPoint[] {
  const isByDay = request.every === 'day'
  const [startOf, next] = isByDay ? [zone.startOfDay, nextDay] : [zone.startOfHour, nextHour]
  const points = new Map<number, SeriesPoint>()
  const fromMs = startOf(request.fromMs)
  for (let atMs = fromMs; atMs < request.toMs; atMs = next(zone, atMs)) {
    if (points.size === mostPoints) throw new FirstError('invalid_request', `fromMs, toMs: ask for at most ${mostPoints.toLocaleString('en')} ${request.every}s at once.`, { param: 'fromMs' })
    points.set(atMs, { atMs, requests: 0, failures: 0, promptTokens: 0, completionTokens: 0, tokens: 0 })
  }
  const { where, values } = conditionsOf(request)
  const sums = `at_ms, sum(requests) AS requests, sum(failures) AS failures, sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens`
  for (const stored of database.all(storedPoint, `SELECT ${sums} FROM ${usageTables[request.every]} WHERE at_ms >= ? AND at_ms < ?${where} GROUP BY at_ms`, fromMs, request.toMs, ...values)) {
    const point = points.get(isByDay ? dayOf(zone, stored.at_ms) : startOf(stored.at_ms))
    if (point === undefined) continue
    point.requests += stored.requests
    point.failures += stored.failures
    point.promptTokens += stored.prompt_tokens
    point.completionTokens += stored.completion_tokens
    point.tokens += stored.prompt_tokens + stored.completion_tokens
  }
  return [...points.values()]
}
