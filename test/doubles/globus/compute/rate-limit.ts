import type { Clock } from '../clock'
import { Refusal } from '../http/call'

/** So many requests of one caller in so many seconds; undefined turns it off. */
export interface RateLimit {
  readonly requests: number
  readonly perS: number
}

export const usualRate: RateLimit = { requests: 20, perS: 10 }

/** Counts a request, or throws 429 with how many seconds to wait. */
export function createRateLimiter(clock: Clock, limit: () => RateLimit | undefined): (caller: string) => void {
  const seen = new Map<string, number[]>()
  return (caller) => {
    const rate = limit()
    if (rate === undefined) return
    const nowMs = clock.nowMs()
    const recent = (seen.get(caller) ?? []).filter((at) => nowMs - at < rate.perS * 1000)
    const [oldest = nowMs] = recent
    if (recent.length >= rate.requests) {
      const waitS = Math.max(1, Math.ceil((oldest + rate.perS * 1000 - nowMs) / 1000))
      throw new Refusal({ status: 429, headers: { 'retry-after': String(waitS) }, body: { status: 'Failed', code: 'TOO_MANY_REQUESTS', error_args: [], http_status_code: 429, detail: `More than ${rate.requests} requests in ${rate.perS} s.`, reason: `More than ${rate.requests} requests in ${rate.perS} s.` } })
    }
    seen.set(caller, [...recent, nowMs])
  }
}
