import type { SqlValue } from '../storage/database'
import { addBins, countTime, type LatencyBins } from './latency-bins'
import { columns, type StoredRows } from './stored-row'

/** What one identity used of one model on one cluster in one hour or day. Names that are not known are empty. */
export interface UsageEntry {
  readonly atMs: number
  readonly identity: string
  readonly model: string
  readonly cluster: string
  requests: number
  failures: number
  promptTokens: number
  completionTokens: number
  estimatedRequests: number
  /** To the first byte of streamed answers, and to the end of those that did not fail. */
  readonly firstMs: LatencyBins
  readonly totalMs: LatencyBins
}

/** Entries by what tells them apart. */
export type Tally = Map<string, UsageEntry>

export type UsageKey = Pick<UsageEntry, 'atMs' | 'identity' | 'model' | 'cluster'>

function emptyEntry({ atMs, identity, model, cluster }: UsageKey): UsageEntry {
  return { atMs, identity, model, cluster, requests: 0, failures: 0, promptTokens: 0, completionTokens: 0, estimatedRequests: 0, firstMs: new Map(), totalMs: new Map() }
}

export function entryOf(tally: Tally, key: UsageKey): UsageEntry {
  const name = `${key.atMs}\n${key.identity}\n${key.model}\n${key.cluster}`
  const known = tally.get(name)
  if (known !== undefined) return known
  const entry = emptyEntry(key)
  tally.set(name, entry)
  return entry
}

const at = Object.fromEntries(columns.map((column, index) => [column, index])) as Record<(typeof columns)[number], number>

/** Rows that asked nothing of a model are no usage. */
export function countRows(tally: Tally, { values, models }: StoredRows, startOfHour: (atMs: number) => number): void {
  models.forEach((model, row) => countRow(tally, values, row * columns.length, model ?? '', startOfHour))
}

function countRow(tally: Tally, values: readonly SqlValue[], offset: number, model: string, startOfHour: (atMs: number) => number): void {
  const number = (column: keyof typeof at): number => Number(values[offset + at[column]] ?? 0)
  const text = (index: number): string => String(values[offset + index] ?? '')
  if (model === '' && values[offset + at.operation] === null) return
  const entry = entryOf(tally, { atMs: startOfHour(number('started_at_ms')), identity: text(at.identity), model, cluster: text(at.cluster) })
  const hasFailed = number('is_failed') === 1
  entry.requests++
  if (hasFailed) entry.failures++
  entry.promptTokens += number('prompt_tokens')
  entry.completionTokens += number('completion_tokens')
  entry.estimatedRequests += number('is_usage_estimated')
  if (number('is_streamed') === 1 && values[offset + at.first_byte_ms] !== null) countTime(entry.firstMs, number('first_byte_ms'))
  // A refusal takes no time: it would make a place that fails look fast.
  if (!hasFailed && number('is_cut') === 0) countTime(entry.totalMs, number('total_ms'))
}

export function addEntry(into: UsageEntry, more: UsageEntry): void {
  into.requests += more.requests
  into.failures += more.failures
  into.promptTokens += more.promptTokens
  into.completionTokens += more.completionTokens
  into.estimatedRequests += more.estimatedRequests
  addBins(into.firstMs, more.firstMs)
  addBins(into.totalMs, more.totalMs)
}

/** The same by day, or by what else `startOf` says. */
export function widen(tally: Tally, startOf: (atMs: number) => number): Tally {
  const wide: Tally = new Map()
  for (const entry of tally.values()) addEntry(entryOf(wide, { ...entry, atMs: startOf(entry.atMs) }), entry)
  return wide
}
