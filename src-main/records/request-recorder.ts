import { toFirstError, type FirstError } from '@shared/errors'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import { createLiveCounters, type MinuteCounts } from './live-counters'
import type { Recorder, RequestOutcome } from './recorder'
import type { RecordsStore } from './records-store'
import { encodeRows } from './stored-row'
import { createGivenUp } from './given-up'

interface RecorderDeps {
  readonly store: RecordsStore
  readonly clock: Clock
  readonly logger: Logger
  /** How long rows are kept, as configured now. */
  readonly keptDays: () => number
  /** Whether a model is one that some cluster lists: others, which a caller made up, are counted together. */
  readonly knowsModel: (model: string) => boolean
  /** Sees what ended, some at a time, off the path of a request. */
  readonly observe?: (outcomes: readonly RequestOutcome[]) => void
  /** Runs `work` once, later. */
  readonly defer?: (work: () => void, afterMs: number) => { cancel(): void }
}

export interface RequestRecorder extends Recorder {
  /** What runs now, the oldest first. */
  running(): Iterable<RequestOutcome>
  lastMinute(): MinuteCounts
  /** Writes what waits, unless the disk refuses just now; never throws. */
  flush(): Promise<void>
  /** Why rows are not written just now. */
  problem(): FirstError | undefined
  rowsDropped(): number
}

const rowsPerWrite = 500
const writeEveryMs = 500
/** After a write that failed. */
const retryAfterMs = 5_000
/** Rows that wait for a disk that refuses them; then the oldest are only counted. */
const longestQueue = 10_000

/** The name under which models are counted that no cluster lists. */
export const otherModel = 'other'

const dayMs = 86_400_000

/**
 * Writes outcomes in batches, off the path of a request, one batch at a time. While the disk refuses, requests go on and the newest rows
 * wait; of those that must go, the usage is still counted and written when the disk takes it again.
 */
export function createRequestRecorder(deps: RecorderDeps): RequestRecorder {
  const { store, clock, logger } = deps
  const defer = deps.defer ?? later
  const running = new Map<string, RequestOutcome>()
  const live = createLiveCounters()
  const givenUp = createGivenUp()
  let queue: RequestOutcome[] = []
  let batch: readonly RequestOutcome[] = []
  let writing: Promise<boolean> | undefined
  let pending: { cancel(): void } | undefined
  let problem: FirstError | undefined
  let isClosed = false

  const usageModel = ({ model, cluster }: RequestOutcome): string | undefined => (model === undefined || cluster !== undefined || deps.knowsModel(model) ? model : otherModel)

  const nextBatch = (): void => {
    if (batch.length > 0) return // the one that failed
    batch = queue.slice(0, rowsPerWrite)
    queue = queue.slice(rowsPerWrite)
    deps.observe?.(batch)
  }

  /** @returns whether the disk took it. */
  const writeBatch = async (): Promise<boolean> => {
    nextBatch()
    const counted = givenUp.take()
    try {
      await store.write({ rows: encodeRows(batch, usageModel), counted: counted.entries, keepSinceMs: Math.max(0, clock.now() - deps.keptDays() * dayMs) })
    } catch (cause) {
      counted.putBack()
      if (problem === undefined) logger.error({ cause, waiting: queue.length + batch.length }, 'records of requests cannot be written; they are counted until they can')
      problem = toFirstError(cause)
      return false
    }
    batch = []
    if (problem !== undefined) logger.info({ dropped: givenUp.rows() }, 'records of requests are written again')
    problem = undefined
    return true
  }

  const write = (): Promise<boolean> => {
    pending?.cancel()
    pending = undefined
    writing ??= writeBatch().finally(() => {
      writing = undefined
      schedule()
    })
    return writing
  }
  const schedule = (): void => {
    if (writing !== undefined || isClosed) return
    if (problem === undefined && queue.length >= rowsPerWrite) void write()
    else if (queue.length + batch.length > 0 || givenUp.isWaiting()) pending ??= defer(() => void write(), problem === undefined ? writeEveryMs : retryAfterMs)
  }
  const drain = async (): Promise<void> => {
    if (writing !== undefined) await writing
    while (queue.length + batch.length > 0 || givenUp.isWaiting()) if (!(await write())) return
  }

  return {
    began: (outcome) => void running.set(outcome.requestId, outcome),
    add(outcome) {
      running.delete(outcome.requestId)
      live.count(outcome, clock.now())
      queue.push(outcome)
      if (queue.length > longestQueue) {
        const dropped = queue.splice(0, rowsPerWrite)
        deps.observe?.(dropped)
        givenUp.add(encodeRows(dropped, usageModel))
      }
      if (pending === undefined || queue.length === rowsPerWrite) schedule()
    },
    async flush() {
      if (problem === undefined) await drain()
    },
    async close() {
      await drain()
      isClosed = true
      pending?.cancel()
      const lost = queue.length + batch.length
      if (lost > 0) logger.error({ lost, cause: problem }, 'the last records of requests could not be written')
      await store.close()
    },
    running: () => running.values(),
    lastMinute: () => live.lastMinute(clock.now()),
    problem: () => problem,
    rowsDropped: () => givenUp.rows(),
  }
}

function later(work: () => void, afterMs: number): { cancel(): void } {
  const timer = setTimeout(work, afterMs)
  return { cancel: () => clearTimeout(timer) }
}
