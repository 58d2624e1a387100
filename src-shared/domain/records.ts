import { z } from 'zod'

/** Unix milliseconds. */
const timeMs = z.number().int().nonnegative()
const count = z.number().int().nonnegative()

/** `ok`: ended, and not by a failure; one whose caller left counts as ok. */
export const recordStatus = z.enum(['ok', 'failed', 'running'])
export type RecordStatus = z.infer<typeof recordStatus>

export const recordFilters = z.object({
  model: z.string().max(256).optional(),
  cluster: z.string().max(256).optional(),
  /** Id of an identity: `owner`, or a key's. */
  identity: z.string().max(256).optional(),
  status: recordStatus.optional(),
  /** Only what began at or after this. */
  sinceMs: timeMs.optional(),
  /** Only what asked something of a model: no lists of models, no health, nothing that was refused before. */
  asksModel: z.boolean().optional(),
})
export type RecordFilters = z.infer<typeof recordFilters>

/** What is kept of one request: never a prompt or an answer. */
export const requestRow = z.object({
  /** The request's id, as its answer says in `x-request-id`. */
  id: z.string(),
  startedAtMs: timeMs,
  /** Absent where the caller was not known. */
  identity: z.string().optional(),
  /** What people call that identity; its id, where it has no name any more. */
  identityName: z.string().optional(),
  /** As registered, for example `/v1/chat/completions`. */
  route: z.string(),
  operation: z.string().optional(),
  model: z.string().optional(),
  /** The place that answered, or was asked last. */
  cluster: z.string().optional(),
  framework: z.string().optional(),
  /** HTTP status that the caller was told; it stays 200 when a stream breaks, which `errorCode` tells. */
  status: z.number().int(),
  errorCode: z.string().optional(),
  isFailed: z.boolean(),
  isStreamed: z.boolean(),
  /** Places that were asked. */
  attempts: count,
  /** Milliseconds from the request to the first byte of the answer, to its end (absent while it runs), and waiting for the model. */
  firstByteMs: z.number().optional(),
  totalMs: z.number().optional(),
  queuedMs: z.number().optional(),
  promptTokens: count.optional(),
  completionTokens: count.optional(),
  isUsageEstimated: z.boolean().optional(),
  /** The caller left before the end. */
  isCut: z.boolean().optional(),
  isRunning: z.boolean(),
})
export type RequestRow = z.infer<typeof requestRow>

export const recentRequest = z.object({
  limit: z.number().int().min(1).max(500).default(100),
  /** `next` of the page before. Running requests are on the first page only. */
  before: z.string().max(100).optional(),
  filters: recordFilters.default({}),
})
/** At most `limit` running ones first, then at most `limit` that ended; each from new to old. `next` is absent at the end. */
export const recentPage = z.object({ rows: z.array(requestRow), next: z.string().optional() })
export type RecentPage = z.infer<typeof recentPage>

export const usageBy = z.enum(['model', 'key', 'cluster', 'day', 'hour'])
export type UsageBy = z.infer<typeof usageBy>

/** From (inclusive) to (exclusive), widened to whole hours; to whole days by day, and where the hours are not kept any more. */
const span = { fromMs: timeMs, toMs: timeMs, model: z.string().max(256).optional(), identity: z.string().max(256).optional(), cluster: z.string().max(256).optional() }

export const usageRequest = z.object({ by: usageBy, ...span })
export type UsageRequest = z.infer<typeof usageRequest>

export const usageRow = z.object({
  /** The model, the cluster, the identity's id, or the time in milliseconds; empty where requests had none. */
  id: z.string(),
  /** For people: the identity's name; ISO 8601 for a time. */
  label: z.string(),
  /** Start of the hour or the day, where it is by time. */
  atMs: timeMs.optional(),
  requests: count,
  failures: count,
  promptTokens: count,
  completionTokens: count,
  /** Of `requests`, those whose tokens were estimated. */
  estimatedRequests: count,
  /** Percentiles to within 10 %, in milliseconds; absent where nothing was measured. First: to the first byte of answers that are streamed. */
  p50FirstMs: z.number().optional(),
  p95FirstMs: z.number().optional(),
  p99FirstMs: z.number().optional(),
  p50TotalMs: z.number().optional(),
  p95TotalMs: z.number().optional(),
  p99TotalMs: z.number().optional(),
})
export type UsageRow = z.infer<typeof usageRow>

/** Of requests that asked something of a model. Most first; by time, from old to new. At most 1,000 rows, the rarest of more summed into one named `other`. */
export const usageTable = z.object({ rows: z.array(usageRow) })

export const seriesRequest = z.object({ every: z.enum(['hour', 'day']), ...span })
export type SeriesRequest = z.infer<typeof seriesRequest>

/** One hour or day of the gateway's own time zone, also those in which nothing was asked. */
export const seriesPoint = z.object({ atMs: timeMs, requests: count, failures: count, promptTokens: count, completionTokens: count, tokens: count })
export type SeriesPoint = z.infer<typeof seriesPoint>
export const usageSeries = z.object({ points: z.array(seriesPoint) })

/** What is asked of models now; the minute is the last 60 seconds. */
export const liveCounters = z.object({
  atMs: timeMs,
  running: count,
  /** Of the running, those that wait for a model to start. */
  waiting: count.optional(),
  requestsLastMinute: count,
  failuresLastMinute: count,
  tokensLastMinute: count,
})
export type LiveCounters = z.infer<typeof liveCounters>

export const recordsState = z.object({
  /** True while rows cannot be written; the counters go on. */
  isDegraded: z.boolean(),
  /** Says why, and what to do, while it is degraded. */
  sentence: z.string().optional(),
  rowsKept: count,
  /** Rows that were counted and not written since the start. */
  rowsDropped: count,
  /** When the oldest row that is kept began. */
  oldestMs: timeMs.optional(),
})
export type RecordsState = z.infer<typeof recordsState>
