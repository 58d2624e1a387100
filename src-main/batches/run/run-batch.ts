import { setMaxListeners } from 'node:events'
import type { BatchUsage } from '@shared/domain/batch'
import { FirstError, toFirstError } from '@shared/errors'
import { createBlame, type Failures } from './blame'
import type { DoneSet } from './done-set'
import type { Pace } from './pace'
import type { LineResult } from './result-line'
import { backoffMs, isOfLoad, mostTries, verdictOf } from './verdict'

/** One request of a file. */
export interface BatchLine {
  /** Counts requests of the file from 0. */
  readonly index: number
  readonly customId: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Performed {
  readonly body: Buffer
  readonly requestId: string
  readonly usage?: BatchUsage
  readonly cluster?: string
}

/** What a refusal of a place says, in place of an answer. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly requestId: string,
    readonly body: Buffer,
  ) {
    super('the request was refused')
  }
}

export interface RunDeps {
  /** The requests that have no result yet, in order. */
  readonly lines: AsyncIterator<BatchLine, void>
  readonly done: DoneSet
  /** Resolves when the result is in its file. */
  readonly keep: (result: LineResult) => Promise<void>
  /** @throws Refused for what is wrong with the request itself, FirstError for the rest */
  readonly perform: (line: BatchLine, signal: AbortSignal) => Promise<Performed>
  readonly pace: Pace
  /** Requests of this batch that fit beside those of people now. */
  readonly room: () => number
  readonly isPaused: () => boolean
  readonly onResult: (result: LineResult, performed: Performed | undefined) => void
  /** Why nothing goes on; undefined: it does. */
  readonly onWait: (reason: string | undefined) => void
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly random: () => number
  readonly after: (ms: number, callback: () => void) => () => void
}

export interface BatchRun {
  /** Resolves when every line has its result, or when it was stopped and nothing is under way any more. Rejects where results cannot be kept or lines cannot be read. */
  readonly ended: Promise<void>
  readonly inFlight: () => number
  /** Looks again at what may be sent: it was resumed, or there is more room. */
  wake(): void
  /** Sends at once what was held back: what hindered may be gone. */
  relieve(): void
  /** Sends nothing more. @param cuts whether what is under way is cut off, too */
  stop(cuts: boolean): void
}

/** A line that is to be sent. */
interface Pending {
  readonly line: BatchLine
  /** Absent: it has not failed. */
  readonly failures?: Failures
}

/** Sends the lines of a batch, as many at once as its pace and the room allow, until each has its result. */
export function runBatch(deps: RunDeps): BatchRun {
  const { lines, done, keep, perform, pace, clock, random, after } = deps
  /** Lines whose place was not to be had. */
  const later: Pending[] = []
  /** Lines whose failure may be their own doing. */
  const again: Pending[] = []
  const blame = createBlame(clock)
  const cutting = new AbortController()
  // Each request under way listens.
  setMaxListeners(0, cutting.signal)
  let inFlight = 0
  /** Lines that wait for their own next try. */
  let resting = 0
  let isAtEnd = false
  let isStopped = false
  let isPumping = false
  let mustPumpAgain = false
  let cancelTimer: (() => void) | undefined
  let settle: { resolve: () => void; reject: (cause: unknown) => void }
  const ended = new Promise<void>((resolve, reject) => (settle = { resolve, reject }))

  const fail = (cause: unknown): void => {
    stop(true)
    settle.reject(cause)
  }
  const next = async (): Promise<Pending | undefined> => {
    // While nothing is answered, a line that has not failed says more of the place than one that has.
    const known = later.shift() ?? (pace.isAway() && !isAtEnd ? undefined : again.shift())
    // No more lines rest than may be under way, so that memory stays bounded while a place fails.
    if (known !== undefined || isAtEnd || resting > pace.limit()) return known
    const { value } = await lines.next()
    if (value !== undefined) return { line: value }
    isAtEnd = true
    return again.shift()
  }
  const onAnswer = (): void => {
    blame.answered()
    pace.answered()
    deps.onWait(undefined)
  }
  const record = async (result: LineResult, performed?: Performed): Promise<void> => {
    await keep(result)
    if (done.add(result.index)) deps.onResult(result, performed)
  }

  const onFailure = async (pending: Pending, sentAtMs: number, cause: unknown): Promise<void> => {
    if (cutting.signal.aborted) return
    const { line } = pending
    const { index, customId } = line
    if (cause instanceof Refused) {
      onAnswer()
      await record({ index, customId, response: { status: cause.status, requestId: cause.requestId, body: cause.body } })
      return
    }
    const error = toFirstError(cause)
    const verdict = verdictOf(error)
    if (verdict !== 'final') pace[isOfLoad(error) ? 'congested' : 'away'](sentAtMs, error.retryAfterS === undefined ? undefined : error.retryAfterS * 1000)
    if (verdict === 'later') {
      later.unshift(pending)
      if (error.code === 'too_many_requests') return
      blame.forget()
      deps.onWait(error.message)
      return
    }
    const failures = verdict === 'again' ? blame.failed(pending.failures, isAtEnd) : undefined
    if (failures === undefined || failures.tries >= mostTries) {
      await record({ index, customId, error: { code: error.code, message: error.message } })
      return
    }
    if (pace.isAway()) deps.onWait(error.message)
    resting++
    after(backoffMs(failures.tries, random), () => {
      resting--
      again.push({ line, failures })
      pump()
    })
  }
  const send = async (pending: Pending): Promise<void> => {
    const { line } = pending
    const sentAtMs = clock()
    let performed: Performed
    try {
      performed = await perform(line, cutting.signal)
    } catch (cause) {
      await onFailure(pending, sentAtMs, cause)
      return
    }
    onAnswer()
    await record({ index: line.index, customId: line.customId, response: { status: 200, requestId: performed.requestId, body: performed.body } }, performed)
  }
  const launch = (pending: Pending): void => {
    inFlight++
    void send(pending)
      .catch(fail)
      .finally(() => {
        inFlight--
        pump()
      })
  }

  const mayLaunch = (): boolean => !isStopped && !deps.isPaused() && inFlight < Math.min(pace.limit(), Math.max(1, deps.room()))
  /** Until a place has had its rest. */
  const isHeld = (): boolean => {
    const holdMs = pace.heldUntilMs() - clock()
    if (holdMs <= 0) return false
    cancelTimer ??= after(holdMs, () => {
      cancelTimer = undefined
      pump()
    })
    return true
  }
  const launchAll = async (): Promise<void> => {
    while (mayLaunch() && (blame.isHopeless(isAtEnd) || !isHeld())) {
      const pending = await next()
      if (pending === undefined) return
      // It may have been stopped or paused while the line was read.
      if (isStopped || deps.isPaused()) later.unshift(pending)
      else launch(pending)
      if (isStopped) return
    }
  }
  const pump = (): void => {
    if (isPumping) {
      mustPumpAgain = true
      return
    }
    isPumping = true
    launchAll()
      .catch(fail)
      .finally(() => {
        isPumping = false
        const hasNothingLeft = isAtEnd && later.length + again.length + resting === 0
        if (inFlight === 0 && (isStopped || hasNothingLeft)) {
          cancelTimer?.()
          settle.resolve()
        } else if (mustPumpAgain) {
          mustPumpAgain = false
          pump()
        }
      })
  }
  const stop = (cuts: boolean): void => {
    isStopped = true
    if (cuts) cutting.abort(new FirstError('cancelled', 'The batch was stopped.'))
    pump()
  }

  const relieve = (): void => {
    blame.forget()
    pace.relieved()
    cancelTimer?.()
    cancelTimer = undefined
    pump()
  }

  pump()
  return { ended, inFlight: () => inFlight, wake: pump, relieve, stop }
}
