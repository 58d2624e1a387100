import type { RunningEngine } from '@main/engines/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, createWorkbench, endless, health, modelId, until, type Workbench } from './workbench'

const messages = [{ role: 'user' as const, content: 'go' }]

describe('the slots of a model', () => {
  let bench: Workbench
  let engine: RunningEngine

  beforeAll(async () => {
    bench = await createWorkbench()
    engine = await bench.start({ file: await bench.model('endless.gguf', endless), contextTokens: 100_000, slots: 2 })
  })
  afterAll(() => bench.close())

  /** A stream that goes on until it is aborted. */
  const openStream = async () => {
    const caller = new AbortController()
    const stream = await clientOf(engine).chat.completions.create({ model: modelId, messages, temperature: 0, stream: true }, { signal: caller.signal })
    const chunks = stream[Symbol.asyncIterator]()
    /** The text of the next chunk that has some. */
    const text = async (): Promise<string> => {
      for (;;) {
        const chunk = await chunks.next()
        if (chunk.done) throw new Error('the stream ended')
        const content = chunk.value.choices[0]?.delta.content
        if (content) return content
      }
    }
    return { abort: () => caller.abort(), text }
  }
  const isIdle = async () => (await health(engine)).slots_busy === 0

  it('answer as many requests at a time as there are slots, and the next in order', async () => {
    const [first, second] = [await openStream(), await openStream()]
    const third = await openStream()
    const fourth = await openStream()
    await until(async () => (await health(engine)).queued === 2)
    expect(await health(engine)).toMatchObject({ slots: 2, slots_busy: 2, queued: 2 })

    first.abort()
    expect(await third.text()).toBe('on')
    expect(await health(engine)).toMatchObject({ slots_busy: 2, queued: 1 })
    for (const stream of [second, third, fourth]) stream.abort()
    await until(isIdle)
  })

  it('are freed when the caller of a stream leaves', async () => {
    const stream = await openStream()
    await stream.text()
    await until(async () => (await health(engine)).slots_busy === 1)
    stream.abort()
    await until(isIdle)
  })

  it('are freed when the caller of a whole answer leaves', async () => {
    const caller = new AbortController()
    const answer = clientOf(engine).chat.completions.create({ model: modelId, messages, temperature: 0 }, { signal: caller.signal })
    await until(async () => (await health(engine)).slots_busy === 1)
    caller.abort()
    await expect(answer).rejects.toThrow('aborted')
    await until(isIdle)
  })

  it('are never given to a request whose caller left while it waited', async () => {
    const [first, second, waiting] = [await openStream(), await openStream(), await openStream()]
    await until(async () => (await health(engine)).queued === 1)
    waiting.abort()
    await until(async () => (await health(engine)).queued === 0)
    for (const stream of [first, second]) stream.abort()
    await until(isIdle)
  })
})
