import { describe, expect, it } from 'vitest'
import { createTestData } from '../db/support'
import { createGate, createTestChat, delta, events } from './support'

describe('an answer', () => {
  it('is stored whole, with its usage, the reason of its end and a title from the question', async () => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'answer', text: 'Because of the moon.' })
    const answer = await chat.answerTo('**Why** are there tides? Say it briefly.')
    expect(answer).toMatchObject({
      role: 'assistant',
      content: 'Because of the moon.',
      state: 'complete',
      finishReason: 'stop',
      usage: { completionTokens: 4, isEstimated: false },
      timing: { firstTokenMs: 0, streamMs: 0 },
    })
    expect(await chat.history.get(chat.conversationId)).toMatchObject({ title: 'Why are there tides?', leafId: answer.id, choice: { model: 'double-model' } })
    expect(await chat.db.progress.count()).toBe(0)
  })

  it('asks with the system prompt, the parameters and the branch so far', async () => {
    const chat = await createTestChat()
    await chat.history.configure(chat.conversationId, { systemPrompt: 'Be brief.', parameters: { temperature: 0.2, maxTokens: 50 } })
    chat.server.behave({ kind: 'answer', text: 'Hello.' })
    await chat.answerTo('Hi')
    await chat.answerTo('And?')
    expect(JSON.parse(chat.server.chats[1]!.body)).toMatchObject({
      model: 'double-model',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      max_tokens: 50,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: 'And?' },
      ],
    })
  })

  it('says that its tokens are estimated when the server gives no count', async () => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'answer', text: 'one two three', usage: 'never' })
    expect((await chat.answerTo('Count')).usage).toMatchObject({ completionTokens: 4, isEstimated: true })
  })

  it('keeps reasoning apart, whichever of its two names the server uses', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'raw', contentType: 'text/event-stream', pieces: [events(delta({ reasoning_content: 'Hm, ' }), delta({ reasoning_content: 'well.' }), delta({ content: 'Yes.' }, 'stop'))] })
    expect(await chat.answerTo('?')).toMatchObject({ content: 'Yes.', reasoning: 'Hm, well.' })
    chat.server.behaveOnce({ kind: 'raw', contentType: 'text/event-stream', pieces: [events(delta({ reasoning: 'Ah.' }), delta({ content: 'No.' }, 'stop'))] })
    expect(await chat.answerTo('?')).toMatchObject({ content: 'No.', reasoning: 'Ah.' })
  })

  it('names the cluster that served it', async () => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'raw', contentType: 'text/event-stream', headers: { 'x-first-cluster': 'lab' }, pieces: [events(delta({ content: 'Hi' }, 'stop'))] })
    expect((await chat.answerTo('?')).choice).toEqual({ model: 'double-model', cluster: 'lab' })
  })

  it('tells no more than the request needs of this machine', async () => {
    const chat = await createTestChat()
    await chat.answerTo('Hi')
    expect(Object.keys(chat.server.chats[0]!.headers).filter((name) => name.startsWith('x-stainless'))).toEqual([])
  })

  it('is on the disk half a second after it came, though no frame is ever drawn', async () => {
    const chat = await createTestChat({ frames: 'never' })
    const gate = createGate()
    chat.server.behave({ kind: 'answer', text: 'one two three four', hold: { afterTokens: 2, until: gate.opened } })
    const id = await chat.ask('Count')
    while (chat.clock.timers === 0) await new Promise((next) => setImmediate(next))
    expect(await chat.db.progress.get(id)).toBeUndefined()
    chat.clock.advance(500)
    let stored = await chat.db.progress.get(id)
    while (!stored) stored = await chat.db.progress.get(id)
    expect(stored.content).toMatch(/^one/)
    expect((await chat.message(id)).content).toBe('')
    gate.open()
    await chat.engine.whenIdle()
    expect(await chat.message(id)).toMatchObject({ content: 'one two three four', state: 'complete' })
  })

  it('changes the store once a frame, however many tokens come', async () => {
    const chat = await createTestChat({ frames: 'by-hand' })
    const gate = createGate()
    const text = 'word '.repeat(200)
    chat.server.behave({ kind: 'answer', text, hold: { afterTokens: 200, until: gate.opened } })
    const id = await chat.ask('Go')
    let changes = 0
    chat.engine.streams.subscribe(() => (changes += 1))
    let length = 0
    let frames = 0
    while (length < 199 * 5) {
      await new Promise((next) => setImmediate(next))
      chat.drawFrame()
      frames += 1
      length = chat.engine.streams.getState().streams[id]!.content.length
    }
    expect(changes).toBeLessThanOrEqual(frames)
    gate.open()
    await chat.engine.whenIdle()
  })

  it('leaves the store a second after it is stored, not before', async () => {
    const chat = await createTestChat()
    const { id } = await chat.answerTo('Hi')
    expect(chat.engine.streams.getState().streams[id]).toMatchObject({ phase: 'ended', content: 'You said: Hi' })
    chat.clock.advance(1_000)
    expect(chat.engine.streams.getState().streams).toEqual({})
  })

  it('keeps coming while another conversation streams too', async () => {
    const chat = await createTestChat()
    const gates = [createGate(), createGate()]
    for (const { opened } of gates) chat.server.behaveOnce({ kind: 'answer', text: 'a b', hold: { afterTokens: 1, until: opened } })
    const other = await chat.history.createConversation()
    const first = await chat.ask('one')
    const second = await chat.engine.send({ conversationId: other.id, text: 'two', choice: { model: 'double-model' } })
    expect(second.kind).toBe('started')
    await chat.server.seen(2)
    for (const gate of gates) gate.open()
    await chat.engine.whenIdle()
    expect((await chat.message(first)).content).toBe('a b')
    expect((await chat.history.branch(other.id)).map(({ content }) => content)).toEqual(['two', 'a b'])
  })
})

describe('stopping', () => {
  it('keeps the text that came and lets the server go at once', async () => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'hang-mid-stream', afterTokens: 2 })
    const id = await chat.ask('Go')
    await chat.streamShows(id, ({ content }) => content.includes('token1'))
    await chat.engine.stop(chat.conversationId)
    expect(await chat.message(id)).toMatchObject({ state: 'stopped', content: 'token0 token1 ' })
    expect(await chat.server.chats[0]!.ended).toBe('disconnected')
  })

  it('works before anything came', async () => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'hang' })
    const id = await chat.ask('Go')
    await chat.server.seen(1)
    await chat.engine.stop(chat.conversationId)
    const answer = await chat.message(id)
    expect(answer).toMatchObject({ state: 'stopped', content: '' })
    expect(answer.error).toBeUndefined()
  })
})

describe('a key that was refused', () => {
  it('is asked for again, and what was being sent is sent', async () => {
    const chat = await createTestChat({ server: { key: 'new' }, sessions: ['old', 'new'] })
    expect(await chat.answerTo('Hi')).toMatchObject({ state: 'complete', content: 'You said: Hi' })
  })

  it('is an error once the new one is refused too', async () => {
    const chat = await createTestChat({ server: { key: 'right' }, sessions: ['wrong', 'wrong too'] })
    expect(await chat.answerTo('Hi')).toMatchObject({ state: 'failed', error: { code: 'unauthorized' } })
  })
})

describe('a full disk', () => {
  it('is said while the answer goes on, and the answer is stored once there is room', async () => {
    const chat = await createTestChat()
    const gate = createGate()
    chat.server.behave({ kind: 'answer', text: 'one two', startWhen: gate.opened })
    const id = await chat.ask('Go')
    let isFull = true
    chat.db.messages.hook('updating', () => {
      if (isFull) throw new DOMException('Full.', 'QuotaExceededError')
    })
    gate.open()
    const view = await chat.streamShows(id, ({ storageProblem }) => storageProblem !== undefined)
    expect(view).toMatchObject({ content: 'one two', storageProblem: 'There is no room to store this conversation.' })
    isFull = false
    // The next attempt waits for its time.
    while (chat.clock.timers === 0) await new Promise((next) => setImmediate(next))
    chat.clock.advance(5_000)
    await chat.engine.whenIdle()
    expect(await chat.message(id)).toMatchObject({ content: 'one two', state: 'complete' })
  })

  it('refuses a question that cannot be stored, and nothing is sent', async () => {
    const data = await createTestData()
    const chat = await createTestChat({ data })
    data.db.messages.hook('creating', () => {
      throw new DOMException('Full.', 'QuotaExceededError')
    })
    await expect(chat.ask('Hi')).rejects.toMatchObject({ code: 'disk_full' })
    expect(chat.server.chats).toHaveLength(0)
    expect(await data.locks.held()).toEqual(new Set())
  })
})
