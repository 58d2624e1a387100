import { EventEmitter, once } from 'node:events'
import { resolve } from 'node:path'
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEngine } from '@main/engines/engine'
import { createGuideEngine, type GuideDeps } from '@main/engines/guide/guide-engine'
import { loadHelpPages } from '@main/engines/guide/help-pages'
import type { GuideClock } from '@main/engines/guide/stream'

const pages = await loadHelpPages(resolve('resources/help'))
const question = [{ role: 'user', content: 'Show me some math' }] as const

let engine: RunningEngine
let client: OpenAI

async function start(deps: Partial<GuideDeps> = {}): Promise<void> {
  engine = await createGuideEngine({ pages, tokenDelayMs: 0, ...deps }).start({}, new AbortController().signal)
  client = clientWith(engine.key)
}

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${engine.origin}/v1`, apiKey, maxRetries: 0 })
}

async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** A clock that stands still: `began` resolves when the first wait begins, `ended` when its reader has left, both with its length in ms. */
function stoppedClock(): { clock: GuideClock; began: Promise<number>; ended: Promise<number> } {
  const events = new EventEmitter()
  const of = async (name: string): Promise<number> => once(events, name).then(([ms]) => Number(ms))
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    events.emit('began', ms)
    await once(signal, 'abort')
    events.emit('ended', ms)
    signal.throwIfAborted()
  }
  return { clock: { now: () => 0, sleep }, began: of('began'), ended: of('ended') }
}

/** A request as no client would send it. */
async function send(path: string, init: RequestInit = {}): Promise<{ status: number; allow: string | null; error: Record<string, unknown> }> {
  const response = await fetch(`${engine.origin}${path}`, { headers: { authorization: `Bearer ${engine.key}` }, ...init })
  const body = (await response.json()) as { error?: Record<string, unknown> }
  return { status: response.status, allow: response.headers.get('allow'), error: body.error ?? {} }
}

describe('the guide, asked through the openai package', () => {
  beforeEach(async () => start())
  afterEach(async () => engine.stop())

  it('lists one model, the guide', async () => {
    expect((await client.models.list()).data).toMatchObject([{ id: 'guide', object: 'model', owned_by: 'first-desktop' }])
  })

  it('answers whole, with usage', async () => {
    const answer = await client.chat.completions.create({ model: 'guide', messages: [...question] })
    expect(answer).toMatchObject({ object: 'chat.completion', model: 'guide', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }] })
    expect(answer.id).toMatch(/^chatcmpl-[0-9a-f]{24}$/)
    expect(answer.choices[0]?.message.content).toContain(String.raw`e^{-E_a/(RT)}`)
    expect(answer.usage?.completion_tokens).toBeGreaterThan(50)
    expect(answer.usage?.total_tokens).toBe((answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0))
  })

  it('streams the same answer, one token a chunk, with the same usage in a last chunk without choices', async () => {
    const whole = await client.chat.completions.create({ model: 'guide', messages: [...question] })
    const stream = await client.chat.completions.create({ model: 'guide', messages: [...question], stream: true, stream_options: { include_usage: true } })
    const chunks = await collect(stream)
    const texts = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).filter((text) => text !== '')

    expect(texts.join('')).toBe(whole.choices[0]?.message.content)
    expect(texts).toHaveLength(whole.usage?.completion_tokens ?? 0)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).filter((reason) => reason !== null)).toEqual(['stop'])
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
    expect(new Set(chunks.map(({ id, object, model }) => [id, object, model].join())).size).toBe(1)
  })

  it('streams no usage unless it is asked for', async () => {
    const stream = await client.chat.completions.create({ model: 'guide', messages: [...question], stream: true })
    for (const chunk of await collect(stream)) {
      expect(chunk.choices).toHaveLength(1)
      expect(chunk.usage).toBeUndefined()
    }
  })

  it('keeps to max_tokens and says that it was cut', async () => {
    for (const limit of [{ max_tokens: 7 }, { max_completion_tokens: 7 }]) {
      const answer = await client.chat.completions.create({ model: 'guide', messages: [...question], ...limit })
      expect(answer.usage?.completion_tokens).toBe(7)
      expect(answer.choices[0]?.finish_reason).toBe('length')
    }
  })

  it('stops before a stop sequence', async () => {
    const answer = await client.chat.completions.create({ model: 'guide', messages: [...question], stop: ['nowhere in it', ' Arrhenius'] })
    expect(answer.choices[0]?.message.content).toMatch(/The$/)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
  })

  it('reads messages in parts', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:,' } }, { type: 'text', text: 'How do I add a server?' }] as const
    const answer = await client.chat.completions.create({ model: 'guide', messages: [{ role: 'user', content: [...content] }] })
    expect(answer.choices[0]?.message.content).toContain('Adding a server')
  })

  it('refuses a wrong key on every path', async () => {
    await expect(clientWith('guide-wrong').models.list()).rejects.toBeInstanceOf(AuthenticationError)
    for (const path of ['/health', '/v1/models', '/v1/chat/completions', '/nothing'])
      expect(await send(path, { headers: {} })).toMatchObject({ status: 401, error: { type: 'authentication_error', code: 'unauthorized' } })
  })

  it('refuses another model and a request without what it needs, naming the field', async () => {
    const unknown = client.chat.completions.create({ model: 'gpt-oss-120b', messages: [...question] })
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError)
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found', param: 'model' })
    const empty = client.chat.completions.create({ model: 'guide', messages: [] })
    await expect(empty).rejects.toBeInstanceOf(BadRequestError)
    await expect(empty).rejects.toMatchObject({ code: 'invalid_request', param: 'messages' })
    const post = async (body: string): Promise<unknown> => send('/v1/chat/completions', { method: 'POST', body, headers: { authorization: `Bearer ${engine.key}` } })
    expect(await post('{"model":"guide"}')).toMatchObject({ status: 400, error: { code: 'missing_required_parameter', param: 'messages' } })
    expect(await post('{"model":"guide","messages":[{"role":"wizard"}]}')).toMatchObject({ status: 400, error: { code: 'invalid_request', param: 'messages.0.role' } })
    for (const bad of ['', '{"model":', '[]', 'null', '"hi"']) expect(await post(bad)).toMatchObject({ status: 400, error: { type: 'invalid_request_error', code: 'invalid_json' } })
  })

  it('refuses a body over 10 MB and goes on serving', async () => {
    const body = JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 'a'.repeat(11 * 2 ** 20) }] })
    const refused = await send('/v1/chat/completions', { method: 'POST', body, headers: { authorization: `Bearer ${engine.key}` } })
    expect(refused).toMatchObject({ status: 413, error: { code: 'body_too_large' } })
    expect((await client.models.list()).data).toHaveLength(1)
  })

  it('says where there is nothing, and which method a path takes', async () => {
    expect(await send('/v1/embeddings')).toMatchObject({ status: 404, error: { code: 'not_found' } })
    expect(await send('/v1/chat/completions')).toMatchObject({ status: 405, allow: 'POST', error: { code: 'method_not_allowed' } })
    expect(await send('/v1/models', { method: 'DELETE' })).toMatchObject({ status: 405, allow: 'GET' })
  })

  it('is healthy, and answers many at once', async () => {
    expect(await send('/health')).toMatchObject({ status: 200 })
    const answers = await Promise.all(Array.from({ length: 50 }, async () => client.chat.completions.create({ model: 'guide', messages: [...question] })))
    expect(new Set(answers.map(({ choices }) => choices[0]?.message.content)).size).toBe(1)
    expect(new Set(answers.map(({ id }) => id)).size).toBe(50)
  })
})

describe('the life of the guide', () => {
  it('stops making an answer at once when its reader leaves', async () => {
    const { clock, ended } = stoppedClock()
    await start({ tokenDelayMs: 40, clock })
    const stream = await client.chat.completions.create({ model: 'guide', messages: [...question], stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.role === 'assistant') break
    expect(await ended).toBe(40)
    await engine.stop()
  })

  it('keeps its pace from the start of the answer, so that late timers do not add up', async () => {
    const waits: number[] = []
    let nowMs = 1_000
    const sleep = async (ms: number): Promise<void> => {
      waits.push(ms)
      nowMs += ms + 5 // every timer is late by 5 ms
      return Promise.resolve()
    }
    await start({ tokenDelayMs: 20, clock: { now: () => nowMs, sleep } })
    const stream = await client.chat.completions.create({ model: 'guide', messages: [...question], stream: true, max_completion_tokens: 4 })
    await collect(stream)
    expect(waits).toEqual([20, 15, 15, 15, 15])
    await engine.stop()
  })

  it('ends open streams and frees its port when it is stopped, and says so once', async () => {
    const { clock, began } = stoppedClock()
    await start({ tokenDelayMs: 1, clock })
    const stream = await client.chat.completions.create({ model: 'guide', messages: [...question], stream: true })
    const read = collect(stream)
    read.catch(() => undefined) // looked at below
    await began
    await engine.stop()
    await engine.stop()
    expect(await engine.exited).toEqual({ reason: 'stopped', logTail: '' })
    await expect(read).rejects.toThrow()
    await expect(client.models.list()).rejects.toThrow()
  })

  it('listens on loopback only, with a key of its own each time', async () => {
    await start()
    const first = engine
    await start()
    expect(new URL(first.origin).hostname).toBe('127.0.0.1')
    expect(first.key).toMatch(/^guide-[0-9a-f]{48}$/)
    expect(first.key).not.toBe(engine.key)
    await Promise.all([first.stop(), engine.stop()])
  })

  it('does not start once the start was given up', async () => {
    await expect(createGuideEngine({ pages }).start({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('takes another model id', async () => {
    engine = await createGuideEngine({ pages, tokenDelayMs: 0 }).start({ model: 'help' }, new AbortController().signal)
    expect((await clientWith(engine.key).models.list()).data.map(({ id }) => id)).toEqual(['help'])
    await engine.stop()
  })
})
