import { setMaxListeners } from 'node:events'
import type { BatchUsage } from '@shared/domain/batch'
import { FirstError, toFirstError } from '@shared/errors'
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

/** A line that is to be sent again. */
interface Retry {
  readonly line: BatchLine
  readonly tries: number
}

/** Sends the lines of a batch, as many at once as its pace and the room allow, until each has its result. */
export function runBatch(deps: RunDeps): BatchRun {
  const { lines, done, keep, perform, pace, clock, random, after } = deps
  const retries: Retry[] = []
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
  const next = async (): Promise<Retry | undefined> => {
    const retry = retries.shift()
    if (retry !== undefined || isAtEnd) return retry
    const { value } = await lines.next()
    if (value !== undefined) return { line: value, tries: 0 }
    isAtEnd = true
    return undefined
  }
  const record = async (result: LineResult, performed?: Performed): Promise<void> => {
    await keep(result)
    if (done.add(result.index)) deps.onResult(result, performed)
  }

  const send = async ({ line, tries }: Retry): Promise<void> => {
    const { index, customId } = line
    const sentAtMs = clock()
    try {
      const performed = await perform(line, cutting.signal)
      pace.answered()
      deps.onWait(undefined)
      await record({ index, customId, response: { status: 200, requestId: performed.requestId, body: performed.body } }, performed)
    } catch (cause) {
      if (cutting.signal.aborted) return
      if (cause instanceof Refused) {
        pace.answered()
        await record({ index, customId, response: { status: cause.status, requestId: cause.requestId, body: cause.body } })
        return
      }
      const error = toFirstError(cause)
      const verdict = verdictOf(error)
      if (verdict === 'later') {
        pace[isOfLoad(error) ? 'congested' : 'away'](sentAtMs, error.retryAfterS === undefined ? undefined : error.retryAfterS * 1000)
        if (error.code !== 'too_many_requests') deps.onWait(error.message)
        retries.unshift({ line, tries })
      } else if (verdict === 'again' && tries + 1 < mostTries) {
        if (isOfLoad(error)) pace.congested(sentAtMs, undefined)
        resting++
        after(backoffMs(tries, random), () => {
          resting--
          retries.push({ line, tries: tries + 1 })
          pump()
        })
      } else {
        pace.answered()
        await record({ index, customId, error: { code: error.code === 'request_timeout' ? 'request_timeout' : error.code, message: error.message } })
      }
    }
  }
  const launch = (retry: Retry): void => {
    inFlight++
    void send(retry)
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
    while (mayLaunch() && !isHeld()) {
      const retry = await next()
      if (retry === undefined) return
      // It may have been stopped or paused while the line was read.
      if (isStopped || deps.isPaused()) retries.unshift(retry)
      else launch(retry)
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
        const hasNothingLeft = isAtEnd && retries.length === 0 && resting === 0
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
    pace.relieved()
    cancelTimer?.()
    cancelTimer = undefined
    pump()
  }

  pump()
  return { ended, inFlight: () => inFlight, wake: pump, relieve, stop }
}
