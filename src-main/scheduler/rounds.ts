/** Lets the scheduler look again and again, and soon where somebody asks. */
export interface Rounds {
  /** Brings the next round near; many calls at once make one. */
  soon(): void
  stop(): void
}

/** Milliseconds from a wish to its round. */
const soonMs = 20

interface RoundsDeps {
  readonly tick: () => void
  /** Milliseconds between two rounds that nobody asked for. */
  readonly everyMs: number
  /** Calls back once; returns how to cancel that. */
  readonly after?: (ms: number, callback: () => void) => () => void
}

const realAfter = (ms: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, ms).unref()
  return () => clearTimeout(timer)
}

export function createRounds({ tick, everyMs, after = realAfter }: RoundsDeps): Rounds {
  let cancel: (() => void) | undefined
  let isSoon = false
  let isStopped = false
  const arm = (ms: number): void => {
    cancel?.()
    if (!isStopped) cancel = after(ms, run)
  }
  const run = (): void => {
    isSoon = false
    arm(everyMs)
    tick()
  }
  arm(0)
  return {
    soon() {
      if (isSoon) return
      isSoon = true
      arm(soonMs)
    },
    stop() {
      isStopped = true
      cancel?.()
    },
  }
}
