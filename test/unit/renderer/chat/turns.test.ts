import { describe, expect, it } from 'vitest'
import { recoverAfterCrash } from '@renderer/db/recovery'
import { createMemoryLocks } from '@renderer/db/locks'
import { createTestData, createTestDisk } from '../db/support'
import { choice, createGate, createTestChat } from './support'

describe('another version of a turn', () => {
  it('of a question leaves the old branch as it was', async () => {
    const chat = await createTestChat()
    const first = await chat.answerTo('one')
    await chat.answerTo('two')
    const question = (await chat.history.branch(chat.conversationId))[0]!
    await chat.engine.edit(question.id, 'uno')
    await chat.engine.whenIdle()
    expect(await chat.texts()).toEqual(['uno', 'You said: uno'])
    await chat.history.selectBranch(first.id)
    expect(await chat.texts()).toEqual(['one', 'You said: one', 'two', 'You said: two'])
    expect((await chat.history.get(chat.conversationId))?.title).toBe('uno')
  })

  it('of an answer stands beside it, by another model where one is named', async () => {
    const chat = await createTestChat({ server: { models: ['double-model', 'other'] } })
    const first = await chat.answerTo('one')
    const second = await chat.engine.regenerate(first.id, { model: 'other' })
    await chat.engine.whenIdle()
    expect(await chat.message(second)).toMatchObject({ content: 'You said: one', choice: { model: 'other' }, parentId: first.parentId })
    expect((await chat.history.siblings(second)).map(({ id }) => id)).toEqual([first.id, second])
    expect(await chat.message(first.id)).toEqual(first)
  })

  it('takes the place of the answer that streams, whose text stays', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'hang-mid-stream', afterTokens: 1 })
    const first = await chat.ask('one')
    await chat.streamShows(first, ({ content }) => content !== '')
    const second = await chat.engine.regenerate(first)
    await chat.engine.whenIdle()
    expect(await chat.message(first)).toMatchObject({ state: 'stopped', content: 'token0 ' })
    expect(await chat.message(second)).toMatchObject({ state: 'complete', content: 'You said: one' })
  })

  it('keeps a name that a person gave', async () => {
    const chat = await createTestChat()
    await chat.history.rename(chat.conversationId, 'Mine')
    await chat.answerTo('one')
    expect((await chat.history.get(chat.conversationId))?.title).toBe('Mine')
  })

  it.each([
    ['edit an answer', (chat: Awaited<ReturnType<typeof createTestChat>>, ids: { question: string; answer: string }) => chat.engine.edit(ids.answer, 'x')],
    ['continue a question', (chat: Awaited<ReturnType<typeof createTestChat>>, ids: { question: string; answer: string }) => chat.engine.continueAnswer(ids.question)],
    ['send nothing', (chat: Awaited<ReturnType<typeof createTestChat>>) => chat.engine.send({ conversationId: chat.conversationId, text: ' \n', choice })],
  ])('is refused, and the conversation free, for one who tries to %s', async (_what, attempt) => {
    const chat = await createTestChat()
    const answer = await chat.answerTo('one')
    await expect(attempt(chat, { question: answer.parentId!, answer: answer.id })).rejects.toMatchObject({ code: 'invalid_request' })
    expect((await chat.answerTo('two')).state).toBe('complete')
  })
})

describe('going on with an answer', () => {
  it('sends what there is of it as the last message, and adds what comes to it', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'hang-mid-stream', afterTokens: 2 })
    const id = await chat.ask('Go')
    await chat.streamShows(id, ({ content }) => content.includes('token1'))
    await chat.engine.stop(chat.conversationId)
    chat.server.behaveOnce({ kind: 'answer', text: 'and the end' })
    await chat.engine.continueAnswer(id)
    await chat.engine.whenIdle()
    expect(JSON.parse(chat.server.chats[1]!.body)).toMatchObject({ messages: [{ role: 'user' }, { role: 'assistant', content: 'token0 token1 ' }] })
    expect(await chat.message(id)).toMatchObject({ state: 'complete', content: 'token0 token1 and the end', usage: { completionTokens: 7, isEstimated: true } })
    expect(await chat.texts()).toEqual(['Go', 'token0 token1 and the end'])
  })

  it('works in the next window, after this one was killed', async () => {
    const disk = createTestDisk()
    const first = await createTestChat({ data: await createTestData(disk) })
    first.server.behaveOnce({ kind: 'hang-mid-stream', afterTokens: 2 })
    const id = await first.ask('Go')
    await first.streamShows(id, ({ content }) => content.includes('token1'))
    await first.engine.flush()

    const data = { ...(await createTestData(disk)), locks: createMemoryLocks() }
    await recoverAfterCrash(data)
    const next = await createTestChat({ data })
    expect(await next.message(id)).toMatchObject({ state: 'interrupted', content: 'token0 token1 ' })
    next.server.behave({ kind: 'answer', text: 'resumed' })
    await next.engine.continueAnswer(id)
    await next.engine.whenIdle()
    expect(await next.message(id)).toMatchObject({ state: 'complete', content: 'token0 token1 resumed', usage: { completionTokens: 5, isEstimated: true } })
  })
})

describe('what is sent while an answer streams', () => {
  it('waits in order, is seen to wait, and goes when the answer has ended', async () => {
    const chat = await createTestChat()
    const gate = createGate()
    chat.server.behaveOnce({ kind: 'answer', text: 'first', startWhen: gate.opened })
    await chat.ask('one')
    const send = (text: string) => chat.engine.send({ conversationId: chat.conversationId, text, choice })
    expect(await send('two')).toMatchObject({ kind: 'queued' })
    expect(await send('three')).toMatchObject({ kind: 'queued' })
    expect(chat.engine.streams.getState().queued[chat.conversationId]?.map(({ text }) => text)).toEqual(['two', 'three'])
    expect(await chat.db.outbox.count()).toBe(2)
    gate.open()
    await chat.engine.whenIdle()
    expect(await chat.texts()).toEqual(['one', 'first', 'two', 'You said: two', 'three', 'You said: three'])
    expect(chat.engine.streams.getState().queued).toEqual({})
    expect(chat.errors).toEqual([])
  })

  it('can be taken back for the composer', async () => {
    const chat = await createTestChat()
    const gate = createGate()
    chat.server.behaveOnce({ kind: 'answer', startWhen: gate.opened })
    await chat.ask('one')
    const outcome = await chat.engine.send({ conversationId: chat.conversationId, text: 'two', choice })
    if (outcome.kind !== 'queued') throw new Error('It was not queued.')
    expect(await chat.engine.cancelQueued(chat.conversationId, outcome.queuedId)).toBe('two')
    gate.open()
    await chat.engine.whenIdle()
    expect(chat.server.chats).toHaveLength(1)
    expect(await chat.db.outbox.count()).toBe(0)
    expect(await chat.locks.held()).toEqual(new Set())
  })

  it('goes after an answer that was stopped, and waits behind one that failed', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'hang' })
    await chat.ask('one')
    await chat.engine.send({ conversationId: chat.conversationId, text: 'two', choice })
    chat.server.behaveOnce({ kind: 'status', status: 500 })
    await chat.engine.send({ conversationId: chat.conversationId, text: 'three', choice })
    await chat.server.seen(1)
    await chat.engine.stop(chat.conversationId)
    await chat.engine.whenIdle()
    expect((await chat.texts()).slice(0, 3)).toEqual(['one', '', 'two'])
    expect(chat.engine.streams.getState().queued[chat.conversationId]?.map(({ text }) => text)).toEqual(['three'])
    const failed = (await chat.history.branch(chat.conversationId)).at(-1)!
    await chat.engine.retry(failed.id)
    await chat.engine.whenIdle()
    expect((await chat.texts()).slice(-4)).toEqual(['two', 'You said: one\n\ntwo', 'three', 'You said: three'])
  })

  it('is back in the draft when the window was killed', async () => {
    const disk = createTestDisk()
    const chat = await createTestChat({ data: await createTestData(disk) })
    chat.server.behave({ kind: 'hang' })
    await chat.ask('one')
    await chat.engine.send({ conversationId: chat.conversationId, text: 'two', choice })
    const next = { ...(await createTestData(disk)), locks: createMemoryLocks() }
    await recoverAfterCrash(next)
    expect((await next.db.drafts.get(chat.conversationId))?.text).toBe('two')
  })
})
