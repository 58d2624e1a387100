/** Ends a request that does not move: undici watches over answers, and not over what is sent. */
export interface StallGuard {
  /** Aborted by the signal it was made with, and when nothing has moved for too long. */
  readonly signal: AbortSignal
  alive(): void
  isStalled(): boolean
  end(): void
}

export function createStallGuard(stop: AbortSignal, quietMs: number): StallGuard {
  const stalled = new AbortController()
  const arm = (): NodeJS.Timeout => setTimeout(() => stalled.abort(new Error('nothing moves')), quietMs).unref()
  let timer = arm()
  return {
    signal: AbortSignal.any([stop, stalled.signal]),
    alive() {
      clearTimeout(timer)
      timer = arm()
    },
    isStalled: () => stalled.signal.aborted && !stop.aborted,
    end: () => clearTimeout(timer),
  }
}
