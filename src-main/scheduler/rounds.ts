/** Lets the scheduler look again and again, and soon where somebody asks. */
export interface Rounds {
  /** Brings the next round near; many calls at once make one. */
  soon(): void
  stop(): void
}

/** Milliseconds from a wish to its round. */
const soonMs = 20

/** @param everyMs between two rounds that nobody asked for. */
export function createRounds({ tick, everyMs }: { readonly tick: () => void; readonly everyMs: number }): Rounds {
  let timer: NodeJS.Timeout | undefined
  let isSoon = false
  let isStopped = false
  const arm = (ms: number): void => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(run, ms).unref()
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
      clearTimeout(timer)
    },
  }
}
