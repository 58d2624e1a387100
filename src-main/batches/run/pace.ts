/** How many requests of a batch may be under way: more while all goes well, half as many when a place has too much. */
export interface Pace {
  /** At least 1. */
  limit(): number
  /** Unix milliseconds until which nothing new is sent; 0: now. */
  heldUntilMs(): number
  /** Whether round after round has failed, with no answer between. */
  isAway(): boolean
  /** One was answered, whatever the answer says. */
  answered(): void
  /** A place has had too much. @param sentAtMs when that request was sent; @param retryAfterMs as the place says */
  congested(sentAtMs: number, retryAfterMs: number | undefined): void
  /** A place is not to be had: once may be chance, again and again with no answer between is not. */
  away(sentAtMs: number, retryAfterMs: number | undefined): void
  /** What hindered may be gone: nothing is held any more. */
  relieved(): void
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
/** Failures in a row. */
const surelyAway = 3

/** Additive increase, multiplicative decrease (RFC 5681's congestion window, with its slow start): doubled in each round until the first congestion, then one more a round. */
export function createPace({ start = 8, most, clock, random }: PaceOptions): Pace {
  let window = Math.min(start, most)
  let isSlowStart = true
  let failedAtMs = -Infinity
  let heldUntilMs = 0
  /** Rounds that failed, with no answer between them. */
  let streak = 0
  /** @returns whether it is news: what was sent before the last failure tells of the same one */
  const failed = (sentAtMs: number): boolean => {
    if (sentAtMs < failedAtMs) return false
    failedAtMs = clock()
    streak++
    return true
  }
  const shrink = (): void => {
    window = Math.max(1, window / 2)
    isSlowStart = false
  }
  const rest = (retryAfterMs: number | undefined): void => {
    const ownMs = Math.min(longestHoldMs, shortestHoldMs * 2 ** Math.min(streak, 10)) * (0.5 + random() / 2)
    heldUntilMs = Math.max(heldUntilMs, clock() + (retryAfterMs === undefined ? ownMs : Math.min(longestHoldMs, retryAfterMs) + random() * shortestHoldMs))
  }
  return {
    limit: () => Math.max(1, Math.floor(window)),
    heldUntilMs: () => heldUntilMs,
    isAway: () => streak >= surelyAway,
    answered() {
      streak = 0
      window = Math.min(most, window + (isSlowStart ? 1 : 1 / window))
    },
    congested(sentAtMs, retryAfterMs) {
      if (failed(sentAtMs)) shrink()
      if (retryAfterMs !== undefined || streak > 1) rest(retryAfterMs)
    },
    away(sentAtMs, retryAfterMs) {
      if (!failed(sentAtMs) || streak < surelyAway) return
      shrink()
      rest(retryAfterMs)
    },
    relieved() {
      streak = 0
      heldUntilMs = 0
    },
  }
}
