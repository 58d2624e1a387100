import type { Clock } from '../core/clock'

/** Slows down whoever guesses: a few wrong tries, then a pause. */
export interface Attempts {
  /** Seconds to wait before the next try; 0 when it may be made now. */
  waitS(): number
  fail(): void
}

const mostFailures = 5
const windowMs = 60_000

export function createAttempts(clock: Clock): Attempts {
  let failures: number[] = []
  return {
    waitS() {
      failures = failures.filter((at) => at > clock.now() - windowMs)
      const [first] = failures
      return first === undefined || failures.length < mostFailures ? 0 : Math.ceil((first + windowMs - clock.now()) / 1000)
    },
    fail: () => void failures.push(clock.now()),
  }
}
