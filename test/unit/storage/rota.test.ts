import { keptIds, type RotaEntry } from '@main/storage/backups/rota'
import { describe, expect, test } from 'vitest'

const dayMs = 86_400_000
const now = Date.UTC(2026, 5, 30, 12)
const at = (daysAgo: number, conversations = 10, part = ''): RotaEntry => ({ id: `${daysAgo}${part}`, takenAtMs: now - daysAgo * dayMs, conversations })

describe('the rota of snapshots', () => {
  test('keeps the newest five, however close they are', () => {
    const entries = Array.from({ length: 9 }, (_, index) => ({ id: String(index), takenAtMs: now - index, conversations: 1 }))
    expect([...keptIds(entries, now)]).toEqual(['0', '1', '2', '3', '4'])
  })

  test('keeps one a day for a week and one a week for four', () => {
    const kept = keptIds(Array.from({ length: 100 }, (_, index) => at(index)), now)
    for (const daysAgo of ['0', '1', '2', '3', '4', '5', '6']) expect(kept).toContain(daysAgo)
    expect(kept.size).toBeGreaterThanOrEqual(9)
    expect(kept.size).toBeLessThanOrEqual(11)
    expect(Math.max(...[...kept].map(Number))).toBeGreaterThanOrEqual(15)
  })

  test('never drops the fullest, so that snapshots of an emptied window do not push it out', () => {
    const emptied = Array.from({ length: 30 }, (_, index) => at(index, 0))
    expect(keptIds([...emptied, at(90, 500)], now)).toContain('90')
  })

  test('keeps all of a few', () => {
    expect(keptIds([at(1), at(40), at(400)], now).size).toBe(3)
  })
})
