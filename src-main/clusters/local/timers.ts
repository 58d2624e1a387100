/** Time, handed in so that a test decides when it passes. */
export interface Timers {
  /** Unix milliseconds. */
  now(): number
  /** Calls back once; returns how to cancel that. */
  after(ms: number, callback: () => void): () => void
}

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
}
