import { dayOf, localZone, nextDay, nextHour, type Zone } from '@main/records/zone'
import { afterEach, describe, expect, test } from 'vitest'

const hourMs = 3_600_000
const before = process.env['TZ']
const inZone = (name: string): Zone => {
  process.env['TZ'] = name
  return localZone
}
afterEach(() => {
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
})

describe('hours and days of the place where the gateway runs', () => {
  test.each(['UTC', 'America/Chicago', 'Asia/Kolkata', 'Pacific/Apia'])('follow each other with no gap and no end, also when clocks change, in %s', (name) => {
    const zone = inZone(name)
    const startMs = zone.startOfDay(Date.UTC(2025, 0, 1))
    let hours = 0
    for (let at = zone.startOfHour(startMs), days = 0; at < startMs + 400 * 24 * hourMs; at = nextHour(zone, at)) {
      expect(zone.startOfHour(at)).toBe(at)
      expect(new Date(at).getMinutes()).toBe(0)
      if (new Date(at).getHours() === 0) days += 1
      hours += 1
      if (days > 400) throw new Error('more midnights than days')
    }
    expect(hours).toBeGreaterThan(400 * 24 - 3)
    for (let day = startMs, count = 0; count < 400; count += 1) {
      const next = nextDay(zone, day)
      expect((next - day) / hourMs).toBeGreaterThanOrEqual(23)
      expect((next - day) / hourMs).toBeLessThanOrEqual(25)
      expect(zone.startOfDay(next - 1)).toBe(day)
      day = next
    }
  })

  test('tell the two equal hours apart in which summer time ends', () => {
    const zone = inZone('America/Chicago')
    const first = Date.UTC(2025, 10, 2, 6, 30)
    expect(zone.startOfHour(first + hourMs) - zone.startOfHour(first)).toBe(hourMs)
  })

  test('keep a day where it mostly was when the machine moves to another zone', () => {
    const newYork = inZone('America/New_York').startOfDay(Date.UTC(2025, 5, 10, 16))
    const zone = inZone('America/Los_Angeles')
    expect(new Date(dayOf(zone, newYork)).getDate()).toBe(10)
  })
})
