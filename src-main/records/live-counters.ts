import { asksModel, isFailure, type RequestOutcome } from './recorder'

export interface MinuteCounts {
  readonly requestsLastMinute: number
  readonly failuresLastMinute: number
  readonly tokensLastMinute: number
}

export interface LiveCounters {
  count(outcome: RequestOutcome, nowMs: number): void
  lastMinute(nowMs: number): MinuteCounts
}

const seconds = 60

/** Counts of the last minute, a slot for each second; a slot says which second it is of, so a clock that was set spoils nothing for long. */
export function createLiveCounters(): LiveCounters {
  const slots = Array.from({ length: seconds }, () => ({ second: -1, requests: 0, failures: 0, tokens: 0 }))
  return {
    count(outcome, nowMs) {
      if (!asksModel(outcome)) return
      const second = Math.floor(nowMs / 1000)
      const slot = slots[second % seconds]
      if (slot === undefined) return
      if (slot.second !== second) Object.assign(slot, { second, requests: 0, failures: 0, tokens: 0 })
      slot.requests++
      if (isFailure(outcome)) slot.failures++
      slot.tokens += outcome.usage?.totalTokens ?? 0
    },
    lastMinute(nowMs) {
      const now = Math.floor(nowMs / 1000)
      const counts = { requestsLastMinute: 0, failuresLastMinute: 0, tokensLastMinute: 0 }
      for (const slot of slots) {
        if (slot.second > now || slot.second <= now - seconds) continue
        counts.requestsLastMinute += slot.requests
        counts.failuresLastMinute += slot.failures
        counts.tokensLastMinute += slot.tokens
      }
      return counts
    },
  }
}
