import type { Timers } from '../local/timers'

/** How often Globus Compute may be asked, by one caller in all. */
export interface Pace {
  /** Resolves when one more request may go, in the order of asking; rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
  /** It said that it was asked too often: nobody asks for so long. */
  hold(ms: number): void
}

/** 20 requests in 10 s (wire/globus.md, "Limits"), and a little for the way there. */
const usual = { requests: 20, perMs: 10_500 }

export function createPace(timers: Timers, { requests, perMs } = usual): Pace {
  const sentAtMs: number[] = []
  const waiting = new Set<() => void>()
  let heldUntilMs = -Infinity
  let isTimed = false

  /** A clock that was set back would hold everybody up. */
  const forgetFuture = (): void => {
    if ((sentAtMs.at(-1) ?? -Infinity) > timers.now()) sentAtMs.length = 0
  }
  const freeAtMs = (): number => Math.max(heldUntilMs, sentAtMs.length < requests ? -Infinity : (sentAtMs[0] ?? 0) + perMs)
  const go = (): void => {
    forgetFuture()
    for (const next of waiting) {
      const waitMs = freeAtMs() - timers.now()
      if (waitMs > 0) {
        if (!isTimed) {
          isTimed = true
          timers.after(Math.min(waitMs, perMs), () => {
            isTimed = false
            go()
          })
        }
        return
      }
      waiting.delete(next)
      if (sentAtMs.length >= requests) sentAtMs.shift()
      sentAtMs.push(timers.now())
      next()
    }
  }

  return {
    turn: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const leave = (): void => {
          waiting.delete(next)
          reject(signal.reason as Error)
        }
        const next = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        signal.addEventListener('abort', leave, { once: true })
        waiting.add(next)
        go()
      }),
    hold(ms) {
      heldUntilMs = Math.max(heldUntilMs, timers.now() + ms)
    },
  }
}
