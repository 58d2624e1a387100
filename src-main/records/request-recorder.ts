import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Database, SqlValue } from '../storage/database'
import type { Recorder, RequestOutcome } from './recorder'

interface RecorderDeps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** Runs `work` once, later; default: half a second. */
  readonly defer?: (work: () => void) => { cancel(): void }
}

const rowsPerWrite = 500
/** Kept in memory while the disk refuses them; the oldest go first. */
const longestQueue = 10_000
const writeEveryMs = 500

/** Records are kept this long. */
const keptMs = 365 * 86_400_000
/** More than come in with one write, so old ones run out, and few enough that nobody waits for it. */
const prunedPerWrite = 2 * rowsPerWrite

const prune = 'DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ?)'
const insert = `INSERT INTO requests (id, started_at_ms, identity, door, route, model, cluster, attempts, status, error_code, is_streamed, first_byte_ms, total_ms, prompt_tokens, completion_tokens, is_usage_estimated)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** Writes outcomes in batches, off the path of a request. A write that fails is logged and tried again with the next. */
export function createRequestRecorder(deps: RecorderDeps): Recorder {
  const { database, clock, logger } = deps
  const defer = deps.defer ?? later
  let queue: RequestOutcome[] = []
  let pending: { cancel(): void } | undefined
  let dropped = 0

  const flush = (): void => {
    pending?.cancel()
    pending = undefined
    if (queue.length === 0) return
    const rows = queue
    try {
      database.transaction(() => {
        for (const outcome of rows) database.run(insert, ...values(outcome))
        database.run(prune, clock.now() - keptMs, prunedPerWrite)
      })
      queue = []
    } catch (cause) {
      dropped += Math.max(0, rows.length - longestQueue)
      queue = rows.slice(-longestQueue)
      logger.error({ cause, waiting: queue.length, dropped }, 'records of requests could not be written')
    }
  }
  return {
    add(outcome) {
      queue.push(outcome)
      // After a failed write the queue is long; then only the timer tries, not every request.
      if (queue.length === rowsPerWrite) flush()
      else pending ??= defer(flush)
    },
    close() {
      flush()
      pending?.cancel()
      return Promise.resolve()
    },
  }
}

function later(work: () => void): { cancel(): void } {
  const timer = setTimeout(work, writeEveryMs)
  return { cancel: () => clearTimeout(timer) }
}

function values(outcome: RequestOutcome): readonly SqlValue[] {
  const { usage } = outcome
  return [
    outcome.requestId,
    outcome.startedAtMs,
    outcome.identity ?? null,
    outcome.door,
    outcome.route,
    outcome.model ?? null,
    outcome.cluster ?? null,
    outcome.attempts,
    outcome.status,
    outcome.errorCode ?? null,
    outcome.isStreamed ? 1 : 0,
    outcome.firstByteMs ?? null,
    outcome.totalMs,
    usage?.promptTokens ?? null,
    usage?.completionTokens ?? null,
    usage === undefined ? null : usage.isEstimated ? 1 : 0,
  ]
}
