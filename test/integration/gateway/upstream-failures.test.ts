import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import OpenAI from 'openai'
import type { Behaviour } from '../../doubles/openai-server/behaviour'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const messages = [{ role: 'user' as const, content: 'hello there' }]
const timeouts = { connectMs: 1000, headersMs: 300, idleMs: 300 }

/** All events of a streamed answer, as text. */
async function streamed(gateway: GatewayUnderTest, path = '/v1/chat/completions'): Promise<{ status: number; text: string; error: { code?: string; message?: string } | undefined }> {
  const answer = await gateway.post(path, { model, messages, stream: true })
  const text = await answer.text()
  const lastEvent = /data: (\{"error".*)\n\n$/.exec(text)?.[1]
  const error = answer.status !== 200 ? (JSON.parse(text) as { error: { code: string } }).error : lastEvent === undefined ? undefined : (JSON.parse(lastEvent) as { error: { code: string } }).error
  return { status: answer.status, text, error }
}

describe('a server that fails', () => {
  let double: OpenAiServer
  let gateway: GatewayUnderTest

  beforeEach(async () => {
    double = await startOpenAiServer({ models: [model] })
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], timeouts })
  })
  afterEach(async () => {
    await gateway.close()
    await double.close()
  })

  const failures: readonly [string, Behaviour, number, string][] = [
    ['hangs', { kind: 'hang' }, 408, 'request_timeout'],
    ['resets before its headers', { kind: 'reset', when: 'before-headers' }, 502, 'upstream_unreachable'],
    ['sends garbage', { kind: 'garbage' }, 502, 'upstream_garbled'],
    ['refuses our key', { kind: 'status', status: 401 }, 502, 'upstream_unauthorized'],
    ['has lost the model', { kind: 'status', status: 404 }, 404, 'model_not_found'],
    ['breaks', { kind: 'status', status: 500 }, 502, 'upstream_error'],
  ]

  it.each([...failures, ['resets in its body', { kind: 'reset', when: 'mid-stream' }, 502, 'upstream_error'] as const])('whole: one that %s', async (_what, behaviour, status, code) => {
    double.behave(behaviour)
    const answer = gateway.client().chat.completions.create({ model, messages })
    await expect(answer).rejects.toMatchObject({ status, code })
    expect(await gateway.recorded(1)).toMatchObject({ status, errorCode: code, attempts: 1, cluster: 'lab' })
  })

  it.each([...failures, ['resets after its headers', { kind: 'reset', when: 'after-headers' }, 502, 'upstream_error'] as const, ['tears its first event', { kind: 'half-event', afterTokens: 0 }, 502, 'upstream_garbled'] as const])('streamed: one that %s, before the first event', async (_what, behaviour, status, code) => {
    double.behave(behaviour)
    expect(await streamed(gateway)).toMatchObject({ status, error: { code } })
    expect(await gateway.recorded(1)).toMatchObject({ status, errorCode: code, isStreamed: true })
  })

  const cuts: readonly [string, Behaviour, string][] = [
    ['falls silent', { kind: 'hang-mid-stream', afterTokens: 2 }, 'request_timeout'],
    ['resets', { kind: 'reset', when: 'mid-stream' }, 'upstream_error'],
    ['sends half an event', { kind: 'half-event' }, 'upstream_garbled'],
    ['ends without saying so', { kind: 'no-done' }, 'upstream_garbled'],
  ]

  it.each(cuts)('streamed: one that %s in the middle ends with an error event, after whole events only', async (_what, behaviour, code) => {
    double.behave(behaviour)
    const { status, text, error } = await streamed(gateway)
    expect({ status, code: error?.code }).toEqual({ status: 200, code })
    const events = text.split('\n\n').filter((event) => event !== '')
    expect(events).toHaveLength(3)
    for (const event of events) expect(() => JSON.parse(event.replace(/^data: /, '')) as unknown).not.toThrow()
    expect(await gateway.recorded(1)).toMatchObject({ status: 200, errorCode: code })
  })

  it('shows the openai package a broken stream as an error', async () => {
    double.behave({ kind: 'reset', when: 'mid-stream' })
    const stream = await gateway.client().chat.completions.create({ model, messages, stream: true })
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.choices).toHaveLength(1)
    }
    await expect(read()).rejects.toThrow(OpenAI.APIError)
  })

  it("ends a broken stream in FIRST's shape on FIRST's door", async () => {
    double.behave({ kind: 'half-event' })
    const { error } = await streamed(gateway, '/resource_server/lab/api/v1/chat/completions')
    expect(error).toMatchObject({ code: 'upstream_garbled', info: { action: expect.any(String) as string } })
  })

  it('turns an error event of the server into one of its own', async () => {
    const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'a' } }] })}\n\n`
    double.behave({ kind: 'raw', contentType: 'text/event-stream', pieces: [chunk, 'data: {"error":{"message":"out of memory"}}\n\n'] })
    const { text, error } = await streamed(gateway)
    expect(error).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('out of memory') as string })
    expect(text.match(/"error"/g)).toHaveLength(1)
  })

  it('adds the [DONE] that a server left out after a whole answer', async () => {
    double.behave({ kind: 'answer', hasDone: false })
    const { text, error } = await streamed(gateway)
    expect(error).toBeUndefined()
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('counts usage that comes beside the last choice', async () => {
    double.behave({ kind: 'answer', usage: 'with-choices' })
    await streamed(gateway)
    expect(await gateway.recorded(1)).toMatchObject({ usage: { totalTokens: 6 } })
  })

  it("passes a refusal of the request on in the server's words", async () => {
    double.behave({ kind: 'status', status: 422, body: { error: { message: 'top_k must be positive.', type: 'invalid_request_error', param: 'top_k', code: 'bad_value' } } })
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 422, param: 'top_k', code: 'bad_value', type: 'invalid_request_error' })
  })

  it('keeps the Retry-After of a server that is busy', async () => {
    double.behave({ kind: 'status', status: 429, headers: { 'retry-after': '17' } })
    const answer = await gateway.post('/v1/chat/completions', { model, messages })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '17'])
  })

  it('reads an answer that came compressed unasked', async () => {
    const { gzipSync } = await import('node:zlib')
    double.behave({ kind: 'raw', contentType: 'application/json', headers: { 'content-encoding': 'gzip' }, pieces: [gzipSync(JSON.stringify({ choices: [{ message: { content: 'small' } }] }))] })
    const answer = await gateway.client().chat.completions.create({ model, messages })
    expect(answer.choices[0]?.message.content).toBe('small')
  })

  const saysNo = JSON.stringify({ error: { message: 'The quota is used up.', type: 'server_error' } })
  it.each([['whole', false], ['streamed', true]])('%s: an error that comes with status 200 is an error', async (_how, stream) => {
    double.behave({ kind: 'raw', contentType: 'application/json', pieces: [saysNo] })
    const answer = await gateway.post('/v1/chat/completions', { model, messages, stream })
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_error', message: expect.stringContaining('The quota is used up.') as string } })
  })

  it.each([['a list', '[]'], ['an object without choices', '{"id":"x"}'], ['null', 'null']])('does not take %s for an answer', async (_what, body) => {
    double.behave({ kind: 'raw', contentType: 'application/json', pieces: [body] })
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 502, code: 'upstream_garbled' })
  })

  it('keeps the status of an error whose body cannot be read', async () => {
    double.behave({ kind: 'status', status: 429, headers: { 'content-encoding': 'gzip', 'retry-after': '9' }, body: 'not compressed' })
    const answer = await gateway.post('/v1/chat/completions', { model, messages })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '9'])
  })

  it('says that a server whose headers are too long is not one of models', async () => {
    double.behave({ kind: 'status', status: 200, headers: { 'x-long': 'x'.repeat(20_000) } })
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ code: 'upstream_garbled' })
  })

  it('answers again as soon as the server does', async () => {
    const { port } = double
    await double.close()
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ code: 'upstream_unreachable' })
    double = await startOpenAiServer({ models: [model], port })
    const answer = await gateway.client().chat.completions.create({ model, messages })
    expect(answer.choices[0]?.message.content).toBe('You said: hello there')
  })
})

describe('a model that two clusters serve', () => {
  let first: OpenAiServer
  let second: OpenAiServer
  let gateway: GatewayUnderTest

  beforeEach(async () => {
    first = await startOpenAiServer({ models: [model] })
    second = await startOpenAiServer({ models: [model] })
    gateway = await startGateway({ clusters: [{ name: 'first', kind: 'direct', url: first.url }, { name: 'second', kind: 'direct', url: second.url }], timeouts })
  })
  afterEach(async () => {
    await gateway.close()
    await first.close()
    await second.close()
  })

  it.each<[string, Behaviour]>([
    ['hangs', { kind: 'hang' }],
    ['breaks', { kind: 'status', status: 500 }],
    ['is busy', { kind: 'status', status: 429 }],
    ['has lost the model', { kind: 'status', status: 404 }],
    ['tears its first event', { kind: 'half-event', afterTokens: 0 }],
    ['says something before it breaks', { kind: 'raw', contentType: 'text/event-stream', pieces: [': processing\n\n', 'data: {"error":{"message":"no"}}\n\n'] }],
    ['sends a web page', { kind: 'raw', contentType: 'text/event-stream', pieces: ['<html>\n\n<body>It works!</body>\n\n'] }],
    ['begins with an error event', { kind: 'raw', contentType: 'text/event-stream', pieces: ['data: {"error":{"message":"no"}}\n\n'] }],
  ])('is served by the second when the first %s', async (_what, behaviour) => {
    first.behave(behaviour)
    const { status, text } = await streamed(gateway)
    expect(status).toBe(200)
    expect(text).toContain('hello')
    expect(await gateway.recorded(1)).toMatchObject({ cluster: 'second', attempts: 2, status: 200 })
  })

  it('is not asked of the second once the first has begun', async () => {
    first.behave({ kind: 'reset', when: 'mid-stream' })
    await streamed(gateway)
    expect(second.chats).toHaveLength(0)
  })

  it("is not asked of the second when the request itself is at fault", async () => {
    first.behave({ kind: 'status', status: 400, body: { error: { message: 'bad', type: 'invalid_request_error' } } })
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 400 })
    expect(second.chats).toHaveLength(0)
  })

  it('is not asked of the second when the caller has left', async () => {
    first.behave({ kind: 'hang' })
    const controller = new AbortController()
    const answer = gateway.client().chat.completions.create({ model, messages }, { signal: controller.signal })
    await first.seen(1)
    controller.abort()
    await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError)
    expect(await gateway.recorded(1)).toMatchObject({ errorCode: 'cancelled', attempts: 1 })
    expect(second.chats).toHaveLength(0)
  })

  it('goes to the cluster that the path names', async () => {
    const answer = await gateway.post('/resource_server/second/api/v1/chat/completions', { model, messages })
    expect([answer.status, answer.headers.get('x-first-cluster')]).toEqual([200, 'second'])
  })
})
