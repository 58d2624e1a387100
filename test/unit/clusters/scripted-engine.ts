import { FirstError } from '@shared/errors'
import type { Engine, EngineExit, RunningEngine } from '@main/engines/engine'

export interface ScriptedEngine extends Engine<object> {
  /** Options of every start so far. */
  readonly starts: readonly object[]
  /** Engines that run now. */
  readonly running: readonly ScriptedRun[]
  /** Ends the start under way well. */
  succeed(): void
  fail(error: FirstError): void
}

export interface ScriptedRun {
  crash(logTail: string): void
}

/** An engine whose starts end when the test says so; it serves nothing. */
export function scriptedEngine(): ScriptedEngine {
  const starts: object[] = []
  const running: ScriptedRun[] = []
  let pending: { readonly succeed: () => void; readonly fail: (error: FirstError) => void } | undefined

  const run = (): RunningEngine => {
    let exit: (exit: EngineExit) => void = () => undefined
    const exited = new Promise<EngineExit>((resolve) => (exit = resolve))
    const end = (outcome: EngineExit): void => {
      running.splice(running.indexOf(handle), 1)
      exit(outcome)
    }
    const handle: ScriptedRun = { crash: (logTail) => end({ reason: 'crashed', logTail }) }
    running.push(handle)
    return {
      origin: `http://127.0.0.1:${4000 + starts.length}`,
      key: `key-${starts.length}`,
      exited,
      stop: () => {
        end({ reason: 'stopped', logTail: '' })
        return Promise.resolve()
      },
    }
  }

  return {
    starts,
    running,
    start: (options, signal) => {
      starts.push(options)
      return new Promise((resolve, reject) => {
        pending = { succeed: () => resolve(run()), fail: reject }
        signal.addEventListener('abort', () => reject(new FirstError('cancelled', 'cancelled')))
      })
    },
    succeed: () => pending?.succeed(),
    fail: (error) => pending?.fail(error),
  }
}
