const firstMs = 250
const longestMs = 10_000

/** Milliseconds to wait before attempt `attempt` (from 1): doubled each time up to 10 s, of which a half is random. */
export function backoffMs(attempt: number, random: () => number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 16))
  return Math.round(fullMs / 2 + (fullMs / 2) * random())
}
