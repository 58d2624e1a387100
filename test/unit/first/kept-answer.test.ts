import { createKeptAnswer } from '@main/clusters/first/kept-answer'
import { describe, expect, test } from 'vitest'
import { manualTimers, settled } from '../clusters/manual-timers'

function setUp() {
  const timers = manualTimers()
  const asked: { readonly resolve: (answer: string) => void; readonly reject: (cause: Error) => void; readonly signal: AbortSignal }[] = []
  let late = 0
  const kept = createKeptAnswer<string>({ ask: (signal) => new Promise((resolve, reject) => asked.push({ resolve, reject, signal })), timers, freshMs: 100, retryMs: 50, staleMs: 1000, limitMs: 500, onLate: () => late++ })
  return { timers, asked, kept, late: () => late }
}

describe('an answer that is kept', () => {
  test('is waited for, and not asked for again while it is fresh', async () => {
    const { timers, asked, kept, late } = setUp()
    const waiting = kept.wait(20)
    asked[0]?.resolve('one')
    expect(await waiting).toBe('one')
    await timers.advance(99)
    expect(await kept.wait(20)).toBe('one')
    expect(asked).toHaveLength(1)
    await timers.advance(1)
    const again = kept.wait(20)
    asked[1]?.resolve('two')
    expect(await again).toBe('two')
    expect(late()).toBe(0)
  })

  test('is told of once it comes, where it came too late', async () => {
    const { timers, asked, kept, late } = setUp()
    const waiting = kept.wait(20)
    await timers.advance(20)
    expect(await waiting).toBeUndefined()
    expect(late()).toBe(0)
    asked[0]?.resolve('one')
    await settled()
    expect(late()).toBe(1)
    expect(await kept.wait(20)).toBe('one')
  })

  test('is asked for once, however many wait', async () => {
    const { asked, kept } = setUp()
    const waiting = [kept.wait(20), kept.wait(20)]
    asked[0]?.resolve('one')
    expect(await Promise.all(waiting)).toEqual(['one', 'one'])
    expect(asked).toHaveLength(1)
  })

  test('of before is used while another cannot be had, until it says nothing any more', async () => {
    const { timers, asked, kept } = setUp()
    const first = kept.wait(20)
    asked[0]?.resolve('one')
    await first
    await timers.advance(100)
    const second = kept.wait(20)
    asked[1]?.reject(new Error('no'))
    expect(await second).toBe('one')
    expect(await kept.wait(20)).toBe('one')
    expect(asked).toHaveLength(2)
    await timers.advance(901)
    const third = kept.wait(20)
    asked[2]?.reject(new Error('no'))
    expect(await third).toBeUndefined()
  })

  test('is given up after its time, and at the end', async () => {
    const { timers, asked, kept } = setUp()
    void kept.wait(20)
    await timers.advance(500)
    expect(asked[0]?.signal.aborted).toBe(true)
    asked[0]?.reject(new Error('gone'))
    await settled()
    await timers.advance(50)
    const waiting = kept.wait(20)
    kept.close()
    expect(asked[1]?.signal.aborted).toBe(true)
    asked[1]?.reject(new Error('closed'))
    expect(await waiting).toBeUndefined()
    await timers.advance(1000)
    expect(await kept.wait(20)).toBeUndefined()
    expect(asked).toHaveLength(2)
  })
})
