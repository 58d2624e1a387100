import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const messages = [{ role: 'user', content: 'hello' }]
const loading = { kind: 'status', status: 503, headers: { 'retry-after': '1' }, body: { error: { message: 'The model is loading.', type: 'server_error' } } } as const

let double: OpenAiServer
let gateway: GatewayUnderTest

beforeEach(async () => {
  double = await startOpenAiServer({ models: [model] })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], timeouts: { keepAliveMs: 20 } })
})
afterEach(async () => {
  await gateway.close()
  await double.close()
})

const ask = (body: object, headers?: Record<string, string>): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages, ...body }, headers)

describe('a model that is starting', () => {
  it('keeps a whole request waiting, and answers it', async () => {
    double.behaveOnce(loading)
    expect((await ask({})).status).toBe(200)
    expect(await gateway.recorded(1)).toMatchObject({ status: 200, attempts: 2, queuedMs: expect.any(Number) as number })
  })

  it('gives a caller who streams a sign of life until the answer begins', async () => {
    double.behaveOnce(loading)
    const text = await (await ask({ stream: true })).text()
    expect(text.startsWith(': waiting')).toBe(true)
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
  })

  it('tells a caller who streams of a failure in the stream that was opened for it', async () => {
    double.behave({ kind: 'hang' })
    const answer = await ask({ stream: true })
    await double.close()
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).toMatch(/^: waiting/)
    expect(JSON.parse(text.trimEnd().split('\n').at(-1)?.slice(6) ?? '')).toMatchObject({ error: { code: 'upstream_unreachable' } })
    expect(await gateway.recorded(1)).toMatchObject({ status: 200, errorCode: 'upstream_unreachable' })
  })

  it('does not keep a caller beyond the time that its client gives', async () => {
    double.behave({ ...loading, headers: { 'retry-after': '30' } })
    const answer = await ask({}, { 'x-stainless-timeout': '10' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([502, '30'])
  })

  it.each([
    ['OpenAI', async () => (await gateway.client().chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }], stream: true }, { timeout: 1_000 })).toReadableStream()],
    ['Anthropic', () => Promise.resolve(new Anthropic({ baseURL: gateway.origin, apiKey: ownerKey, maxRetries: 0, timeout: 1_000 }).messages.stream({ model, max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] }).toReadableStream())],
  ])('keeps a client of %s that streams beyond its time, which is over with the first sign of life', async (_name, stream) => {
    double.behaveOnce(loading)
    expect(await new Response(await stream()).text()).toContain('hello')
    expect(await gateway.recorded(1)).toMatchObject({ status: 200, attempts: 2, queuedMs: expect.any(Number) as number })
  })

  it('does not keep a caller who streams but gives up before the first sign of life', async () => {
    await gateway.close()
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], timeouts: { keepAliveMs: 10_000 } })
    double.behave({ ...loading, headers: { 'retry-after': '30' } })
    expect((await ask({ stream: true }, { 'x-stainless-timeout': '9' })).status).toBe(502)
  })

  it('turns away who comes when too many wait', async () => {
    gateway.setConfig({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], federation: { waitingPerModel: 1 } })
    double.behave({ ...loading, headers: { 'retry-after': '60' } })
    const controller = new AbortController()
    const waiting = gateway.client().chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] }, { signal: controller.signal })
    await double.seen(1)
    // Until the first has been told to wait.
    await expect.poll(async () => (await ask({}, { 'x-stainless-timeout': '600' })).status, { timeout: 10_000 }).toBe(503)
    controller.abort()
    await expect(waiting).rejects.toThrow()
  })
})

describe('a gateway that has just come up', () => {
  it('asks its clusters before it says that there is no such model', async () => {
    await gateway.close()
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], waitsForClusters: false })
    expect((await ask({})).status).toBe(200)
    expect((await ask({ model: 'no-such-model' })).status).toBe(404)
  })
})

describe('a gateway that its owner has turned off', () => {
  it('serves the owner, and says so to others', async () => {
    await gateway.close()
    gateway = await startGateway({
      clusters: [{ name: 'lab', kind: 'direct', url: double.url }],
      gateway: { isServing: false },
      identities: { 'fd-other': { kind: 'key', id: 'key-1', name: 'other' } },
    })
    expect((await ask({})).status).toBe(200)
    const refused = await ask({}, { authorization: 'Bearer fd-other' })
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([503, 'gateway_off'])
  })
})

describe('what is not translated', () => {
  it.each([
    ['/v1/completions', { prompt: 'hello' }, 'choices'],
    ['/v1/embeddings', { input: ['hello', 'you'] }, 'data'],
  ])('%s is served where the place has it', async (path, body, field) => {
    const answer = await gateway.post(path, { model, ...body })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toHaveProperty(field)
  })

  it('streams completions', async () => {
    const text = await (await gateway.post('/v1/completions', { model, prompt: 'hello', stream: true })).text()
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
    expect(await gateway.recorded(1)).toMatchObject({ operation: 'completions', usage: { isEstimated: false } })
  })
})

describe('a caller who was kept waiting and whose request no place can answer', () => {
  it.each(['/v1/responses', '/v1/messages', '/v1/chat/completions'])('%s: is told so, although the first place had begun to say something', async (path) => {
    const broken = await startOpenAiServer({ models: [model], chatOnly: true })
    await gateway.close()
    await double.close()
    gateway = await startGateway({ clusters: [{ name: 'first', kind: 'direct', url: broken.url, profile: 'other' }, { name: 'gone', kind: 'direct', url: double.url, models: [model], profile: 'other' }], timeouts: { keepAliveMs: 5 } })
    broken.behave({ kind: 'raw', contentType: 'text/event-stream', pieces: ['data: {"error":{"message":"no"}}\n\n'] })
    broken.behaveOnce(loading)
    const body = path === '/v1/responses' ? { model, input: 'hello', stream: true } : { model, messages, max_tokens: 9, stream: true }
    const answer = await gateway.post(path, body)
    const text = await answer.text()
    expect(text).toMatch(/^: waiting/)
    expect(text).toContain('"error"')
    await broken.close()
  })
})

describe('a request that one place cannot be told', () => {
  it('goes to another that has its protocol', async () => {
    await gateway.close()
    const chatOnly = await startOpenAiServer({ models: [model], chatOnly: true })
    gateway = await startGateway({ clusters: [{ name: 'chat', kind: 'direct', url: chatOnly.url, profile: 'other' }, { name: 'all', kind: 'direct', url: double.url, profile: 'openai' }] })
    const answer = await gateway.post('/v1/responses', { model, input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'file-1' }] }] })
    expect([answer.status, answer.headers.get('x-first-cluster')]).toEqual([200, 'all'])
    await chatOnly.close()
  })
})
