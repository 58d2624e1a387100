import { createPace } from '@main/batches/run/pace'
import { describe, expect, test } from 'vitest'

describe('the pace of a batch', () => {
  const make = (most = 100) => {
    const time = { nowMs: 0 }
    return { time, pace: createPace({ start: 4, most, clock: () => time.nowMs, random: () => 1 }) }
  }

  test('doubles in each round until a place has too much, and then gains one a round', () => {
    const { pace, time } = make()
    for (let answered = 0; answered < 4; answered++) pace.answered()
    expect(pace.limit()).toBe(8)
    for (let answered = 0; answered < 24; answered++) pace.answered()
    expect(pace.limit()).toBe(32)
    time.nowMs = 10
    pace.congested(5, undefined)
    expect(pace.limit()).toBe(16)
    for (let answered = 0; answered < 17; answered++) pace.answered()
    expect(pace.limit()).toBe(17)
  })

  test('is halved once by all that was sent before it was', () => {
    const { pace, time } = make()
    for (let answered = 0; answered < 60; answered++) pace.answered()
    time.nowMs = 100
    for (let at = 0; at < 20; at++) pace.congested(50, undefined)
    expect(pace.limit()).toBe(32)
    pace.congested(100, undefined)
    expect(pace.limit()).toBe(16)
  })

  test('never falls below one nor goes beyond what it may', () => {
    const { pace, time } = make(6)
    for (let answered = 0; answered < 60; answered++) pace.answered()
    expect(pace.limit()).toBe(6)
    for (let at = 0; at < 20; at++) pace.congested((time.nowMs += 1), undefined)
    expect(pace.limit()).toBe(1)
  })

  test('rests for as long as a place says, else for longer each time', () => {
    const { pace, time } = make()
    pace.congested(0, 7_000)
    expect(pace.heldUntilMs()).toBe(7_500)
    time.nowMs = 20_000
    pace.congested(20_000, undefined)
    const first = pace.heldUntilMs() - time.nowMs
    time.nowMs = 60_000
    pace.congested(60_000, undefined)
    expect(pace.heldUntilMs() - time.nowMs).toBe(first * 2)
  })

  test('takes one failure for chance, and several with no answer between for a place that is away', () => {
    const { pace, time } = make()
    const fail = (): void => pace.away((time.nowMs += 1), undefined)
    fail()
    fail()
    pace.answered()
    fail()
    fail()
    expect([pace.limit(), pace.heldUntilMs()]).toEqual([5, 0])
    fail()
    expect(pace.limit()).toBe(2)
    expect(pace.heldUntilMs()).toBeGreaterThan(time.nowMs)
  })
})
