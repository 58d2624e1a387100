/** How many requests of a batch may be under way: more while all goes well, half as many when a place has too much. */
export interface Pace {
  /** At least 1. */
  limit(): number
  /** Unix milliseconds until which nothing new is sent; 0: now. */
  heldUntilMs(): number
  /** One was answered, whatever the answer says. */
  answered(): void
  /** A place has had too much, or is not there. @param sentAtMs when that request was sent; @param retryAfterMs as the place says */
  congested(sentAtMs: number, retryAfterMs: number | undefined): void
}

interface PaceOptions {
  readonly start?: number
  readonly most: number
  /** Unix milliseconds. */
  readonly clock: () => number
  /** 0 to 1. */
  readonly random: () => number
}

const shortestHoldMs = 500
const longestHoldMs = 60_000

/** Additive increase, multiplicative decrease (RFC 5681's congestion window, with its slow start): doubled in each round until the first congestion, then one more a round. */
export function createPace({ start = 8, most, clock, random }: PaceOptions): Pace {
  let window = Math.min(start, most)
  let isSlowStart = true
  let decreasedAtMs = -Infinity
  let heldUntilMs = 0
  /** Congestions with no answer between them. */
  let streak = 0
  return {
    limit: () => Math.max(1, Math.floor(window)),
    heldUntilMs: () => heldUntilMs,
    answered() {
      streak = 0
      window = Math.min(most, window + (isSlowStart ? 1 : 1 / window))
    },
    congested(sentAtMs, retryAfterMs) {
      const nowMs = clock()
      // What was sent before the last decrease tells of the same congestion.
      if (sentAtMs >= decreasedAtMs) {
        window = Math.max(1, window / 2)
        isSlowStart = false
        decreasedAtMs = nowMs
        streak++
      }
      const backoffMs = Math.min(longestHoldMs, shortestHoldMs * 2 ** Math.min(streak, 10)) * (0.5 + random() / 2)
      heldUntilMs = Math.max(heldUntilMs, nowMs + (retryAfterMs === undefined ? backoffMs : Math.min(longestHoldMs, retryAfterMs) + random() * shortestHoldMs))
    },
  }
}
