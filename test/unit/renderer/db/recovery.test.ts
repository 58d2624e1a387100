import { describe, expect, it } from 'vitest'
import { saveStreamProgress } from '@renderer/db/answers'
import { outboxLock, recoverAfterCrash, streamLock } from '@renderer/db/recovery'
import { addMessage, createTestData } from './support'

const choice = { model: 'm' }

describe('after a crash', () => {
  it('gives a half answer the text that was stored of it, as interrupted', async () => {
    const data = await createTestData()
    const { db, clock } = data
    const chat = await data.history.createConversation()
    const answer = await addMessage(data, chat, '', { role: 'assistant', state: 'streaming' })
    await saveStreamProgress(db, clock, answer.id, { content: 'so far', reasoning: 'hm' })
    expect(await recoverAfterCrash(data)).toEqual({ interrupted: 1, returned: 0 })
    expect(await db.messages.get(answer.id)).toMatchObject({ state: 'interrupted', content: 'so far', reasoning: 'hm' })
    expect(await db.progress.count()).toBe(0)
  })

  it('keeps the text of an answer of which nothing more was stored', async () => {
    const data = await createTestData()
    const chat = await data.history.createConversation()
    const answer = await addMessage(data, chat, 'before', { role: 'assistant', state: 'streaming' })
    await recoverAfterCrash(data)
    expect(await data.db.messages.get(answer.id)).toMatchObject({ state: 'interrupted', content: 'before' })
  })

  it('leaves alone what another window still streams', async () => {
    const data = await createTestData()
    const chat = await data.history.createConversation()
    const answer = await addMessage(data, chat, '', { role: 'assistant', state: 'streaming' })
    await data.locks.hold(streamLock(answer.id))
    expect(await recoverAfterCrash(data)).toEqual({ interrupted: 0, returned: 0 })
    expect(await data.db.messages.get(answer.id)).toMatchObject({ state: 'streaming' })
  })

  it('puts what waited to be sent back into the draft, in order, unless its window lives', async () => {
    const data = await createTestData()
    const { db, locks } = data
    await db.drafts.put({ conversationId: 'c', text: 'typed', updatedAtMs: 0 })
    await db.outbox.bulkPut([
      { id: '2', conversationId: 'c', text: 'second', choice, createdAtMs: 2 },
      { id: '1', conversationId: 'c', text: 'first', choice, createdAtMs: 1 },
      { id: '3', conversationId: 'c', text: 'elsewhere', choice, createdAtMs: 3 },
    ])
    await locks.hold(outboxLock('3'))
    expect(await recoverAfterCrash(data)).toEqual({ interrupted: 0, returned: 2 })
    expect((await db.drafts.get('c'))?.text).toBe('typed\n\nfirst\n\nsecond')
    expect(await db.outbox.toCollection().primaryKeys()).toEqual(['3'])
  })
})
