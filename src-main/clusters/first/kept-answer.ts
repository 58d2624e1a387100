import type { Timers } from '../local/timers'

export interface KeptDeps<Answer> {
  /** Asks the site; the signal ends when nobody waits any longer. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>
  readonly timers: Timers
  /** For so long an answer is not asked for again, in milliseconds; one that failed, for `retryMs`. */
  readonly freshMs: number
  readonly retryMs: number
  /** An answer older than this says nothing any more. */
  readonly staleMs: number
  /** One question takes at most this long. */
  readonly limitMs: number
  /** Called when an answer, or that there is none, came after the last `wait` had given up. */
  readonly onLate: () => void
}

/** An answer of a site that may be slow: waited for a little, and used when it comes. */
export interface KeptAnswer<Answer> {
  /** The answer, at most `patienceMs` after now; else the last one that is not stale. Never throws. */
  wait(patienceMs: number): Promise<Answer | undefined>
  close(): void
}

export function createKeptAnswer<Answer>({ ask, timers, freshMs, retryMs, staleMs, limitMs, onLate }: KeptDeps<Answer>): KeptAnswer<Answer> {
  let last: { readonly answer: Answer; readonly atMs: number } | undefined
  let nextMs = -Infinity
  let asking: Promise<void> | undefined
  let isMissed = false
  const closing = new AbortController()

  const question = async (): Promise<void> => {
    const limit = new AbortController()
    const cancel = timers.after(limitMs, () => limit.abort())
    try {
      const answer = await ask(AbortSignal.any([limit.signal, closing.signal]))
      last = { answer, atMs: timers.now() }
      nextMs = timers.now() + freshMs
    } catch {
      // A site need not have this route, or let us use it: what it does not say is not known.
      nextMs = timers.now() + retryMs
    }
    cancel()
    asking = undefined
    if (!isMissed || closing.signal.aborted) return
    isMissed = false
    onLate()
  }

  return {
    async wait(patienceMs) {
      if (timers.now() >= nextMs && !closing.signal.aborted) asking ??= question()
      if (asking !== undefined && !(await settles(asking, patienceMs, timers))) isMissed = true
      return last !== undefined && timers.now() - last.atMs <= staleMs ? last.answer : undefined
    },
    close: () => closing.abort(),
  }
}

async function settles(promise: Promise<void>, withinMs: number, timers: Timers): Promise<boolean> {
  let cancel = (): void => undefined
  const tooLate = new Promise<false>((resolve) => {
    cancel = timers.after(withinMs, () => resolve(false))
  })
  const isSettled = await Promise.race([promise.then(() => true as const), tooLate])
  cancel()
  return isSettled
}
