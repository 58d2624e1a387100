const windowS = 60

/** Requests and tokens a second over the last minute; less where it has not run for one. */
export interface Rates {
  add(tokens: number): void
  read(): { readonly requestsPerS: number; readonly tokensPerS: number }
}

/** @param clock Unix milliseconds. */
export function createRates(clock: () => number): Rates {
  const seconds = new Map<number, { requests: number; tokens: number }>()
  const beganAtMs = clock()
  const now = (): number => Math.floor(clock() / 1000)
  const prune = (): void => {
    for (const second of seconds.keys()) if (second <= now() - windowS) seconds.delete(second)
  }
  return {
    add(tokens) {
      const slot = seconds.get(now())
      if (slot !== undefined) {
        slot.requests++
        slot.tokens += tokens
        return
      }
      prune()
      seconds.set(now(), { requests: 1, tokens })
    },
    read() {
      prune()
      const spanS = Math.min(windowS, Math.max(1, (clock() - beganAtMs) / 1000))
      const sum = [...seconds.values()].reduce((total, slot) => ({ requests: total.requests + slot.requests, tokens: total.tokens + slot.tokens }), { requests: 0, tokens: 0 })
      return { requestsPerS: sum.requests / spanS, tokensPerS: sum.tokens / spanS }
    },
  }
}
