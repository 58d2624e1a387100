import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createLastKnown, type LastKnown, type Question } from '@renderer/db/last-known'
import type { Database } from '@renderer/db/schema'
import type { CoreClient } from '@renderer/rpc'
import { createTestClock, createTestDisk, type TestClock } from './support'

interface Asked {
  readonly answer: (value: number) => void
  readonly refuse: (cause: Error) => void
}

/** A core that answers when the test says so. */
function scripted(more: Partial<Question<number>> = {}) {
  const asked: Asked[] = []
  const question: Question<number> = { key: 'count', schema: z.number(), ask: () => new Promise((answer, refuse) => asked.push({ answer, refuse })), ...more }
  return { asked, question }
}

function open(db: Database, clock: TestClock = createTestClock()): LastKnown {
  return createLastKnown({ db, client: {} as CoreClient, clock, onError: (cause) => expect.unreachable(String(cause)) })
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((next) => setImmediate(next))
}

describe('what pages showed last', () => {
  it('is shown at the next start with its own time, until the core answers', async () => {
    const disk = createTestDisk()
    const first = await disk.open()
    const { asked, question } = scripted()
    const done = open(first, createTestClock(1000)).ask(question)
    asked[0]?.answer(7)
    await done
    await until(async () => (await first.lastKnown.count()) === 1)

    const next = open(await disk.open(), createTestClock(5000))
    const again = next.ask(question)
    await until(() => next.state.getState()['count']?.value !== undefined)
    expect(next.state.getState()['count']).toEqual({ value: 7, atMs: 1000, isAsking: true })
    asked[1]?.answer(8)
    await again
    expect(next.state.getState()['count']).toEqual({ value: 8, atMs: 5000, isAsking: false, cause: undefined })
  })

  it('stays when the core does not answer, beside the reason', async () => {
    const disk = createTestDisk()
    const db = await disk.open()
    await db.lastKnown.put({ key: 'count', value: 7, atMs: 1000 })
    const known = open(db)
    const { asked, question } = scripted()
    const cause = new Error('lost')
    const done = known.ask(question)
    asked[0]?.refuse(cause)
    await done
    expect(known.state.getState()['count']).toEqual({ value: 7, atMs: 1000, isAsking: false, cause })
  })

  it('is not shown when an older version kept something else', async () => {
    const db = await createTestDisk().open()
    await db.lastKnown.put({ key: 'count', value: 'seven', atMs: 1000 })
    const known = open(db)
    const { asked, question } = scripted()
    const done = known.ask(question)
    asked[0]?.refuse(new Error('lost'))
    await done
    expect(known.state.getState()['count']?.value).toBeUndefined()
  })

  it('is asked for once more after an attempt that was under way when it was asked for', async () => {
    const known = open(await createTestDisk().open())
    const { asked, question } = scripted()
    const one = known.ask(question)
    const two = known.ask(question)
    const three = known.ask(question)
    asked[0]?.answer(1)
    await until(() => asked.length === 2)
    asked[1]?.answer(2)
    await Promise.all([one, two, three])
    expect(asked).toHaveLength(2)
    expect(known.state.getState()['count']?.value).toBe(2)
  })

  it('is kept at most every ten seconds, and shortened first', async () => {
    const db = await createTestDisk().open()
    const clock = createTestClock(0)
    const known = open(db, clock)
    const { asked, question } = scripted({ shorten: (value) => value % 10 })
    for (const value of [11, 12]) {
      const done = known.ask(question)
      asked.at(-1)?.answer(value)
      await done
    }
    await until(async () => (await db.lastKnown.count()) === 1)
    expect(await db.lastKnown.get('count')).toEqual({ key: 'count', value: 1, atMs: 0 })
    clock.advance(10_000)
    const done = known.ask(question)
    asked.at(-1)?.answer(13)
    await done
    await until(async () => (await db.lastKnown.get('count'))?.value === 3)
    expect(known.state.getState()['count']?.value).toBe(13)
  })

  it('of a question that is not kept is forgotten with the page, also when its answer comes later', async () => {
    const db = await createTestDisk().open()
    const known = open(db)
    const { asked, question } = scripted({ isKept: false })
    const done = known.ask(question)
    known.forget('count')
    asked[0]?.answer(7)
    await done
    expect(known.state.getState()).toEqual({})
    expect(await db.lastKnown.count()).toBe(0)
  })
})
