import type { SqlValue } from '../storage/database'
import { isFailure, type RequestOutcome } from './recorder'

/** Columns of `requests`, in the order of a row's values. */
export const columns = [
  'id', 'started_at_ms', 'identity', 'door', 'route', 'model', 'cluster', 'attempts', 'status', 'error_code', 'is_streamed', 'first_byte_ms', 'total_ms',
  'prompt_tokens', 'completion_tokens', 'is_usage_estimated', 'operation', 'framework', 'queued_ms', 'is_cut', 'origin', 'is_failed',
] as const

/**
 * Rows, one value of `columns` after the other, and for each the model that its usage is counted for. Flat, because a list of plain values
 * crosses to another thread in half the time of objects, and goes into a statement as it is.
 */
export interface StoredRows {
  readonly values: readonly SqlValue[]
  readonly models: readonly (string | null)[]
}

export function encodeRows(outcomes: readonly RequestOutcome[], usageModel: (outcome: RequestOutcome) => string | undefined): StoredRows {
  const values: SqlValue[] = []
  for (const outcome of outcomes) appendRow(values, outcome)
  return { values, models: outcomes.map((outcome) => text(usageModel(outcome))) }
}

const longestText = 256
/** The end of time as `Date` knows it. */
const latestMs = 8_640_000_000_000_000
/** More tokens than one request can have, few enough to be summed. */
const mostTokens = 1_000_000_000

/** Whatever a site said is made to fit: one row that SQLite refuses would hold up all those after it. */
function appendRow(values: SqlValue[], outcome: RequestOutcome): void {
  const { usage } = outcome
  values.push(
    outcome.requestId,
    whole(outcome.startedAtMs, latestMs) ?? 0,
    text(outcome.identity),
    outcome.door,
    outcome.route,
    text(outcome.model),
    text(outcome.cluster),
    whole(outcome.attempts, 1_000_000) ?? 0,
    whole(outcome.status, 999) ?? 0,
    text(outcome.errorCode),
    outcome.isStreamed ? 1 : 0,
    time(outcome.firstByteMs),
    time(outcome.totalMs) ?? 0,
    whole(usage?.promptTokens, mostTokens),
    whole(usage?.completionTokens, mostTokens),
    usage === undefined ? null : usage.isEstimated ? 1 : 0,
    outcome.operation ?? null,
    outcome.framework ?? null,
    time(outcome.queuedMs),
    outcome.isCut === true ? 1 : 0,
    text(outcome.origin),
    isFailure(outcome) ? 1 : 0,
  )
}

function text(value: string | undefined): string | null {
  if (value === undefined) return null
  return value.length > longestText ? value.slice(0, longestText) : value
}

function whole(value: number | undefined, most: number): number | null {
  if (value === undefined || Number.isNaN(value)) return null
  return Math.min(most, Math.max(0, Math.round(value)))
}

function time(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.max(0, value)
}
