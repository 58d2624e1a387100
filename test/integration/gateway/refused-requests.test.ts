import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { ownerKey, startGateway, windowOrigin, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const messages = [{ role: 'user', content: 'hello' }]
const chat = '/v1/chat/completions'

let double: OpenAiServer
let gateway: GatewayUnderTest

beforeAll(async () => {
  double = await startOpenAiServer({ models: [model] })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], gateway: { bodyLimitMb: 2, allowedHosts: ['proxy.example'] } })
})
afterAll(async () => {
  await gateway.close()
  await double.close()
})

/** With headers that `fetch` does not let one set. */
async function raw(path: string, options: { method?: string; headers?: Record<string, string>; body?: string }): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }> {
  const request = httpRequest(`${gateway.origin}${path}`, { method: options.method ?? 'GET', headers: { authorization: `Bearer ${ownerKey}`, ...options.headers } })
  request.end(options.body)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat((await answer.toArray()) as Buffer[]).toString() }
}

async function refusal(answer: Response): Promise<Record<string, unknown>> {
  return { status: answer.status, ...((await answer.json()) as { error: Record<string, unknown> }).error }
}

describe('a request that is refused', () => {
  it.each([
    ['that is not JSON', '{"model": "m",}', { status: 400, code: 'invalid_json', message: expect.stringContaining('line 1, column 15') as string }],
    ['that is long and not JSON', '['.repeat(1_100_000), { status: 400, code: 'invalid_json', message: 'The body is not valid JSON.' }],
    ['that is empty', '', { status: 400, code: 'invalid_json' }],
    ['that is a list', [], { status: 400, code: 'invalid_request' }],
    ['without a model', { messages }, { status: 400, code: 'missing_required_parameter', param: 'model' }],
    ['with a wrong role', { model, messages: [{ role: 'wizard', content: 'hi' }] }, { status: 400, code: 'invalid_request', param: 'messages[0].role' }],
    ['with a wrong type', { model, messages, temperature: 'hot' }, { status: 400, code: 'invalid_request', param: 'temperature' }],
    ['with a number out of range', { model, messages, top_p: 7 }, { status: 400, code: 'invalid_request', param: 'top_p' }],
    ['with a model id that is no id', { model: 'm'.repeat(100_000), messages }, { status: 400, code: 'invalid_request', param: 'model', message: expect.stringMatching(/^.{0,200}$/) as string }],
    ['with no messages in it', { model, messages: [] }, { status: 400, code: 'invalid_request', param: 'messages' }],
    ['for an unknown model', { model: 'nothing-like-it', messages }, { status: 404, code: 'model_not_found', param: 'model' }],
  ])("for a body %s says so in OpenAI's shape", async (_what, body, expected) => {
    expect(await refusal(await gateway.post(chat, body))).toMatchObject({ type: expect.any(String) as string, message: expect.any(String) as string, ...expected })
  })

  it('passes fields that engines add', async () => {
    const answer = await gateway.post(chat, { model, messages, top_k: 4, guided_json: { type: 'object' } })
    expect(answer.status).toBe(200)
    expect(JSON.parse(double.chats.at(-1)?.body ?? '')).toMatchObject({ top_k: 4, guided_json: { type: 'object' } })
  })

  it('for its content type is refused before its body is read', async () => {
    expect(await refusal(await gateway.post(chat, 'model=m', { 'content-type': 'application/x-www-form-urlencoded' }))).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    expect(await refusal(await gateway.post(chat, '{}', { 'content-type': ';;' }))).toMatchObject({ status: 415 })
  })

  it('for bytes that are not UTF-8 is not sent on', async () => {
    const before = double.chats.length
    const body = Buffer.concat([Buffer.from(`{"model":"${model}","messages":[{"role":"user","content":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')])
    const answer = await fetch(`${gateway.origin}${chat}`, { method: 'POST', headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' }, body })
    expect(await refusal(answer)).toMatchObject({ status: 400, code: 'invalid_json', message: expect.stringContaining('UTF-8') as string })
    expect(double.chats).toHaveLength(before)
  })

  it('for a body that is compressed says so', async () => {
    expect(await refusal(await gateway.post(chat, '{}', { 'content-encoding': 'gzip' }))).toMatchObject({ status: 415, message: expect.stringContaining('gzip') as string })
  })

  it.each([
    ['that is no HTTP', 'HELO there\r\n\r\n', 400],
    ['with two lengths', `POST ${chat} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['with headers that are too long', `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s gets an error of the catalogue, and its connection is closed', async (_what, text, status) => {
    const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1').setEncoding('latin1')
    socket.end(text)
    const answer = ((await socket.toArray()) as string[]).join('')
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'invalid_request', type: 'invalid_request_error' } })
  })

  it('for its size is refused by its length', async () => {
    expect(await refusal(await gateway.post(chat, { model, messages: [{ role: 'user', content: 'x'.repeat(2_200_000) }] }))).toMatchObject({ status: 413, code: 'body_too_large' })
  })

  it('for its size is refused while it comes in, when it does not say its length', async () => {
    const request = httpRequest(`${gateway.origin}${chat}`, { method: 'POST', headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' } })
    request.write('"'.padEnd(2_200_000, 'x'))
    // The body never ends, and the answer is there all the same.
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(413)
    answer.destroy()
  })

  it.each([{}, { authorization: '' }, { authorization: 'Bearer fd-wrong' }, { authorization: `Basic ${ownerKey}` }, { authorization: 'Bearer' }])('for its key %j is recorded', async (headers) => {
    const before = gateway.outcomes.length
    const answer = await fetch(`${gateway.origin}${chat}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
    expect(await refusal(answer)).toMatchObject({ status: 401, code: 'unauthorized', type: 'authentication_error' })
    expect(answer.headers.get('x-request-id')).toBe((await gateway.recorded(before + 1)).requestId)
    expect(gateway.outcomes[before]).toMatchObject({ status: 401, errorCode: 'unauthorized', route: chat, attempts: 0 })
  })

  it("says so in FIRST's shape on FIRST's door", async () => {
    const answer = await gateway.post('/resource_server/v1/chat/completions', { model: 'nothing-like-it', messages })
    expect(await answer.json()).toEqual({ error: { code: 'model_not_found', message: expect.any(String) as string, info: { action: expect.any(String) as string } } })
    expect(gateway.outcomes.at(-1)).toMatchObject({ door: 'first', route: '/resource_server/v1/chat/completions' })
  })

  it.each([
    ['/resource_server/nowhere/api/v1/chat/completions', 'cluster_not_found', 404],
    ['/resource_server/lab/vllm/v1/chat/completions', 'unsupported_framework', 400],
    ['/resource_server/lab/api/v1/chat/completions', 'endpoint_not_found', 404],
  ])('at %s is %s', async (path, code, status) => {
    expect(await refusal(await gateway.post(path, { model: 'other', messages }))).toMatchObject({ code, status })
  })

  it.each(['/v1/nothing', '/v1', '/resource_server/nothing', '/nothing', '/v1/chat/completions/more'])('for its path %s is told so', async (path) => {
    expect(await refusal(await gateway.get(path))).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('for the staging that FIRST sites have is told what takes its place', async () => {
    const answer = await fetch(`${gateway.origin}/resource_server/data/staging`, { method: 'PUT', headers: { authorization: `Bearer ${ownerKey}` } })
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'not_found', message: expect.stringContaining('POST /v1/files') as string } }])
  })

  it('for its method is told which one to use', async () => {
    const answer = await gateway.get(chat)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(await refusal(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' })
  })

  it('for a path that cannot be decoded gets a clear answer', async () => {
    expect((await raw('/v1/models/%ZZ', {})).status).toBe(400)
  })
})

describe('who is let in', () => {
  it.each(['/health', '/resource_server/health'])('%s answers everybody', async (path) => {
    const answer = await fetch(`${gateway.origin}${path}`)
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
  })

  it('takes a key as x-api-key too', async () => {
    const answer = await fetch(`${gateway.origin}/v1/models`, { headers: { 'x-api-key': ownerKey } })
    expect(answer.status).toBe(200)
  })

  it.each(['/health', '/v1/models', '/anything'])('a page that made its name point here is refused at %s', async (path) => {
    const { status, body } = await raw(path, { headers: { host: 'evil.example' } })
    expect(status).toBe(403)
    expect(body).toContain('origin_refused')
  })

  it('a host of the configuration is let in', async () => {
    expect((await raw('/health', { headers: { host: 'proxy.example' } })).status).toBe(200)
  })

  it("a foreign page is refused, and its preflight too", async () => {
    expect((await raw('/v1/models', { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    const preflight = await raw(chat, { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } })
    expect(preflight.status).toBe(403)
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('the window gets its preflight without a key, and reads answers and errors', async () => {
    const preflight = await fetch(`${gateway.origin}${chat}`, { method: 'OPTIONS', headers: { origin: windowOrigin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({ 'access-control-allow-origin': windowOrigin, 'access-control-allow-headers': 'authorization,content-type', 'access-control-allow-methods': expect.stringContaining('POST') as string })
    const answer = await gateway.post(chat, { model, messages, stream: true }, { origin: windowOrigin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(windowOrigin)
    await answer.text()
    const error = await gateway.post(chat, {}, { origin: windowOrigin })
    expect([error.status, error.headers.get('access-control-allow-origin')]).toEqual([400, windowOrigin])
  })
})

describe("FIRST's door", () => {
  it('lists the models of one cluster and framework', async () => {
    const answer = (await (await gateway.get('/resource_server/lab/api/v1/models')).json()) as { data: { id: string }[] }
    expect(answer.data.map(({ id }) => id)).toEqual([model])
  })

  it('answers the federated form', async () => {
    const answer = await gateway.client({ path: '/resource_server/v1' }).chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] })
    expect(answer.choices[0]?.message.content).toBe('You said: hi')
  })
})
