import type { Timers } from '@main/clusters/local/timers'

export interface ManualTimers extends Timers {
  /** Lets so much time pass, and what was due in it happen in order. */
  advance(ms: number): Promise<void>
}

/** Lets every promise that can settle do so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function manualTimers(): ManualTimers {
  let now = 1_000_000
  const due = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { atMs: now + ms, callback }
      due.add(timer)
      return () => void due.delete(timer)
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        const next = [...due].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined) break
        due.delete(next)
        now = next.atMs
        next.callback()
        await settled()
      }
      now = end
    },
  }
}
