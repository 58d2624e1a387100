import { NotAdmitted } from './not-admitted'

/** Requests of one identity in the second that runs, as FIRST counts them. */
export interface Pace {
  /** @throws NotAdmitted `too_many_requests` */
  take(id: string, username: string, perSecond: number, nowMs: number): void
}

export function createPace(): Pace {
  let counts = new Map<string, number>()
  let second = 0
  return {
    take(id, username, perSecond, nowMs) {
      if (perSecond === 0) return
      const current = Math.floor(nowMs / 1_000)
      if (current !== second) {
        second = current
        counts = new Map()
      }
      const count = (counts.get(id) ?? 0) + 1
      if (count > perSecond) throw new NotAdmitted(`This gateway takes ${perSecond} requests a second of one person.`, { who: { id, username }, action: 'Wait for the time that Retry-After names.', retryAfterS: 1 }, 'too_many_requests')
      counts.set(id, count)
    },
  }
}
