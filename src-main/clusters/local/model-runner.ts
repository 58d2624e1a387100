import type { ModelStatus } from '@shared/domain/model'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../../core/logger'
import type { RunningEngine } from '../../engines/engine'
import type { Lease } from '../cluster-adapter'
import { next, statusOf, type Move, type Phase } from './phases'
import type { Timers } from './timers'
import { createWaiters } from './waiters'

export interface ModelRunnerDeps {
  readonly model: string
  readonly start: (signal: AbortSignal) => Promise<RunningEngine>
  /** Unloaded after so long without a request; absent: never. */
  readonly idleTimeoutMs?: number
  readonly timers: Timers
  readonly logger: Logger
  /** Called after what `state` says has changed. */
  readonly onChange: () => void
}

export interface ModelState {
  readonly status: ModelStatus
  readonly reason?: string
  readonly progress?: number
}

/** One model of this machine: started when it is asked for, restarted when it dies, unloaded when nobody asks any more. */
export interface ModelRunner {
  state(): ModelState
  /** Waits for a start within the signal's time; @throws FirstError that says why the model cannot run. */
  acquire(signal: AbortSignal): Promise<Lease>
  /** Fraction of a start, from 0 to 1. */
  setProgress(fraction: number): void
  /** Takes no more requests, and stops when those in flight are done. */
  retire(): Promise<void>
  /** Stops at once. */
  close(): Promise<void>
}

/** A model that ran longer than this had no quick crash, and one that failed may be tried again after as long. */
const quickMs = 60_000
const quickCrashLimit = 3
/** A process is known to have ended some milliseconds after it answers no more. */
const endNoticeMs = 2000
const firstPauseMs = 1000
const progressSteps = 20

export function createModelRunner({ model, start, idleTimeoutMs, timers, logger, onChange }: ModelRunnerDeps): ModelRunner {
  const waiters = createWaiters<RunningEngine>()
  let phase: Phase = 'offline'
  let engine: RunningEngine | undefined
  let starting: { readonly controller: AbortController; readonly done: Promise<void> } | undefined
  let progress: number | undefined
  let failure: { readonly error: FirstError; readonly untilMs: number } | undefined
  let inFlight = 0
  let quickCrashes = 0
  let liveSinceMs = 0
  let cancelTimer = (): void => undefined
  let onFree = (): void => undefined

  const move = (to: Move): void => {
    phase = next(phase, to)
    cancelTimer()
    progress = undefined
    onChange()
  }

  const begin = (): void => {
    failure = undefined
    move('start')
    const controller = new AbortController()
    starting = { controller, done: start(controller.signal).then(ready, startFailed) }
  }

  const ready = async (started: RunningEngine): Promise<void> => {
    starting = undefined
    if (phase !== 'starting') return started.stop()
    engine = started
    liveSinceMs = timers.now()
    move('ready')
    void started.exited.then(({ logTail }) => {
      if (engine === started) crashed(logTail)
    })
    waiters.resolveAll(started)
    unloadWhenIdle()
  }

  const startFailed = (cause: unknown): void => {
    starting = undefined
    if (phase !== 'starting') return
    fail('startFailed', toFirstError(cause), timers.now())
  }

  const crashed = (logTail: string): void => {
    engine = undefined
    if (phase === 'retiring') return
    quickCrashes = timers.now() - liveSinceMs < quickMs ? quickCrashes + 1 : 1
    logger.warn({ model, quickCrashes }, 'a model died')
    if (quickCrashes >= quickCrashLimit) {
      quickCrashes = 0
      fail('giveUp', new FirstError('model_failed', `The model "${model}" died ${quickCrashLimit} times soon after its start${lastLine(logTail)}`, { info: { logTail } }), timers.now() + quickMs)
      return
    }
    move('crash')
    cancelTimer = timers.after(firstPauseMs * 2 ** (quickCrashes - 1), begin)
  }

  const fail = (how: 'startFailed' | 'giveUp', error: FirstError, untilMs: number): void => {
    failure = { error, untilMs }
    move(how)
    waiters.rejectAll(error)
  }

  const unload = (): void => {
    const idle = engine
    engine = undefined
    move('unload')
    logger.info({ model }, 'a model was unloaded: nobody asked for it')
    idle?.stop().catch((cause: unknown) => logger.error({ model, cause }, 'a model could not be stopped'))
  }

  const unloadWhenIdle = (): void => {
    cancelTimer()
    if (idleTimeoutMs !== undefined && phase === 'live' && inFlight === 0) cancelTimer = timers.after(idleTimeoutMs, unload)
  }

  const hasEnded = (running: RunningEngine): Promise<boolean> =>
    new Promise((resolve) => {
      const stopWaiting = timers.after(endNoticeMs, () => resolve(false))
      void running.exited.then(() => {
        stopWaiting()
        resolve(true)
      })
    })

  const lease = (running: RunningEngine): Lease => {
    let isHeld = true
    inFlight++
    cancelTimer()
    return {
      baseUrl: `${running.origin}/v1`,
      headers: { authorization: `Bearer ${running.key}` },
      model,
      hasEnded: () => hasEnded(running),
      release: () => {
        if (!isHeld) return
        isHeld = false
        inFlight--
        if (phase === 'live') unloadWhenIdle()
        if (inFlight === 0) onFree()
      },
    }
  }

  const close = async (): Promise<void> => {
    const running = engine
    engine = undefined
    move('close')
    starting?.controller.abort(new FirstError('cancelled', `The start of "${model}" was cancelled.`))
    waiters.rejectAll(new FirstError('shutting_down', `The model "${model}" is being stopped.`))
    await Promise.all([starting?.done, running?.stop()])
  }

  return {
    state: () => ({ status: statusOf[phase], ...(failure !== undefined && { reason: failure.error.message }), ...(progress !== undefined && { progress }) }),
    async acquire(signal) {
      signal.throwIfAborted()
      if (phase === 'closed' || phase === 'retiring') throw new FirstError('model_not_found', `The model "${model}" was removed.`, { param: 'model' })
      if (engine !== undefined) return lease(engine)
      if (failure !== undefined && timers.now() < failure.untilMs) throw failure.error
      if (phase === 'offline' || phase === 'failed') begin()
      return lease(await waiters.wait(signal))
    },
    setProgress(fraction) {
      const step = Math.floor(fraction * progressSteps) / progressSteps
      if (phase !== 'starting' || step === progress) return
      progress = step
      onChange()
    },
    async retire() {
      if (phase === 'live' && inFlight > 0) {
        const free = new Promise<void>((resolve) => (onFree = resolve))
        move('retire')
        await free
      }
      await close()
    },
    close,
  }
}

function lastLine(logTail: string): string {
  const line = logTail.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return line === '' ? '.' : `: ${line}`
}
