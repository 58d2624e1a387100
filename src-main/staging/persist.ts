import { FirstError, toFirstError, type ErrorCode } from '@shared/errors'
import { signInNeed, type SignInNeed } from '@shared/globus/sign-in-need'
import { stopOf, type Step } from './step'

export interface PersistDeps {
  /** Resolves after so many milliseconds, at the abort of the signal, and when somebody has signed in. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  /** Only a sign-in helps: somebody should be told. Undefined: the step is over, and needs it no more. */
  readonly onNeed: (need: SignInNeed | undefined) => void
}

/** Tries a step again until it is done, or will never be. @param mostTries of those that fail by the other side's fault */
export type Persist = <Value>(step: Step, attempt: (tries: number) => Promise<Value>, mostTries?: number) => Promise<Value>

/** These say nothing of the step: it is tried for as long as the batch lasts. */
const lasting: ReadonlySet<ErrorCode> = new Set(['upstream_unreachable', 'sign_in_needed', 'too_many_requests', 'cluster_under_maintenance', 'disk_full'])
const usualTries = 8
const longestMs = 60_000

export function createPersist({ rest, random, onNeed }: PersistDeps): Persist {
  return async (step, attempt, mostTries = usualTries) => {
    const stop = stopOf(step)
    const isStopped = (): boolean => stop.aborted
    let isTold = false
    try {
      for (let tries = 0, failures = 0; ; tries++) {
        if (isStopped()) throw new FirstError('cancelled', 'It was stopped.')
        try {
          return await attempt(tries)
        } catch (cause) {
          const error = toFirstError(cause)
          if (isStopped() || !isWorthATry(error)) throw error
          if (!lasting.has(error.code) && ++failures >= mostTries) throw error
          const need = error.code === 'sign_in_needed' ? signInNeed.safeParse(error.info).data : undefined
          if (need !== undefined) {
            isTold = true
            onNeed(need)
          }
          step.onWait(need?.reason.sentence ?? error.message)
          // Full jitter, so that many batches do not come at once.
          await rest(Math.max((error.retryAfterS ?? 0) * 1000, random() * Math.min(longestMs, 1000 * 2 ** Math.min(tries, 6))), stop)
        }
      }
    } finally {
      // A batch that goes on at the next start still waits for it.
      if (isTold && !step.leaving.aborted) onNeed(undefined)
    }
  }
}

const isWorthATry = ({ code, kind }: FirstError): boolean => lasting.has(code) || (kind.retry !== 'never' && kind.type === 'server_error')
