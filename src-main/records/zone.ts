/** Where hours and days begin; those of people, not of Greenwich. All in Unix milliseconds. */
export interface Zone {
  readonly startOfHour: (atMs: number) => number
  readonly startOfDay: (atMs: number) => number
}

const hourMs = 3_600_000
const minuteMs = 60_000

/** The time zone of this process. */
export const localZone: Zone = {
  startOfHour(atMs) {
    // By the offset and not by setMinutes, which moves the second of two equal hours (when summer time ends) to the first.
    const offsetMs = new Date(atMs).getTimezoneOffset() * minuteMs
    return Math.floor((atMs - offsetMs) / hourMs) * hourMs + offsetMs
  },
  startOfDay: (atMs) => new Date(atMs).setHours(0, 0, 0, 0),
}

export function nextHour(zone: Zone, startMs: number): number {
  return zone.startOfHour(startMs + hourMs)
}

/** Days of 23 and 25 hours included. */
export function nextDay(zone: Zone, startMs: number): number {
  return zone.startOfDay(startMs + 36 * hourMs)
}

/** The day in today's zone that a day kept in another zone mostly was. */
export function dayOf(zone: Zone, startMs: number): number {
  return zone.startOfDay(startMs + 12 * hourMs)
}
