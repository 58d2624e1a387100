import { describe, expect, it } from 'vitest'
import { createDrafts } from '@renderer/db/drafts'
import { createTestClock, createTestDisk } from './support'

async function setUp() {
  const disk = createTestDisk()
  const db = await disk.open()
  const clock = createTestClock()
  const errors: unknown[] = []
  return { disk, db, clock, errors, drafts: createDrafts({ db, clock, onError: (cause) => errors.push(cause) }) }
}

describe('a draft', () => {
  it('is written once a person pauses, not at each key', async () => {
    const { db, clock, drafts } = await setUp()
    for (const text of ['h', 'he', 'hel']) drafts.set('c', text)
    expect(clock.timers).toBe(1)
    clock.advance(300)
    await drafts.flush()
    expect((await db.drafts.toArray()).map(({ text }) => text)).toEqual(['hel'])
  })

  it('is there for the next window when this one goes', async () => {
    const { disk, drafts, clock } = await setUp()
    drafts.set('c', 'unsent')
    await drafts.flush()
    const next = createDrafts({ db: await disk.open(), clock, onError: () => undefined })
    expect(await next.get('c')).toBe('unsent')
  })

  it('is read as it was typed last, also before it is written', async () => {
    const { drafts } = await setUp()
    drafts.set('c', 'just now')
    expect(await drafts.get('c')).toBe('just now')
  })

  it('is kept for each conversation, and ends when it was sent', async () => {
    const { db, drafts } = await setUp()
    drafts.set('a', 'one')
    drafts.set('b', 'two')
    await drafts.clear('a')
    expect(await drafts.get('a')).toBe('')
    expect((await db.drafts.toArray()).map(({ text }) => text)).toEqual(['two'])
  })

  it('waits for the next write when one failed', async () => {
    const { db, drafts, errors } = await setUp()
    db.close()
    drafts.set('c', 'not lost')
    await drafts.flush()
    expect(errors).toHaveLength(1)
    expect(await drafts.get('c')).toBe('not lost')
  })
})
