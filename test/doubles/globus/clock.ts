/** The time of the double, which a test moves; it runs on by itself only where the source does. */
export interface Clock {
  nowMs(): number
  /** Unix seconds, whole: what Globus writes. */
  nowS(): number
  /** Moves on, or back where negative. */
  advance(by: { readonly days?: number; readonly hours?: number; readonly minutes?: number; readonly seconds?: number }): void
}

export function createClock(sourceMs: () => number = Date.now): Clock {
  let offsetMs = 0
  const nowMs = (): number => sourceMs() + offsetMs
  return {
    nowMs,
    nowS: () => Math.floor(nowMs() / 1000),
    advance({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
      offsetMs += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    },
  }
}
