import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const user = (content: string): object => ({ role: 'user', content })

let double: OpenAiServer
let gateway: GatewayUnderTest

beforeEach(async () => {
  double = await startOpenAiServer({ models: [model], chatOnly: true })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url, profile: 'other' }], config: { federation: { aliases: { fast: ['not-there', model] } } } })
})
afterEach(async () => {
  await gateway.close()
  await double.close()
})

async function json(answer: Response): Promise<Record<string, unknown>> {
  return { httpStatus: answer.status, ...((await answer.json()) as object) }
}
const lastChat = (): Record<string, unknown> => JSON.parse(double.chats.at(-1)?.body ?? '') as Record<string, unknown>

describe('a cluster that speaks Chat Completions only', () => {
  it('answers Messages', async () => {
    const answer = await gateway.post('/v1/messages', { model, max_tokens: 50, messages: [user('hello')] }, { 'anthropic-version': '2023-06-01' })
    expect(await json(answer)).toMatchObject({ httpStatus: 200, type: 'message', role: 'assistant', content: [{ type: 'text', text: expect.any(String) as string }], usage: { output_tokens: expect.any(Number) as number } })
    expect(answer.headers.get('x-first-cluster')).toBe('lab')
    expect(answer.headers.get('x-first-attempts')).toBe('1')
    expect(await gateway.recorded(1)).toMatchObject({ operation: 'messages', model, cluster: 'lab', framework: 'api', status: 200, usage: { isEstimated: false } })
  })

  it('streams Messages in the order of that protocol', async () => {
    const answer = await gateway.post('/v1/messages', { model, max_tokens: 50, stream: true, messages: [user('hello')] })
    const names = [...(await answer.text()).matchAll(/^event: (\S+)$/gm)].map(([, name]) => name)
    expect(names.filter((name) => name !== 'content_block_delta')).toEqual(['message_start', 'content_block_start', 'content_block_stop', 'message_delta', 'message_stop'])
  })

  it('says errors of Messages in its shape, whole and in a stream', async () => {
    expect(await json(await gateway.post('/v1/messages', { model, messages: [user('hello')] }))).toMatchObject({ httpStatus: 400, type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining('max_tokens') as string } })
    double.behaveOnce({ kind: 'reset', when: 'mid-stream' })
    const text = await (await gateway.post('/v1/messages', { model, max_tokens: 50, stream: true, messages: [user('hello')] })).text()
    expect(text.trimEnd().split('\n').at(-2)).toBe('event: error')
    expect(text).toContain('"type":"api_error"')
  })

  it('ends a response that breaks as failed, with the next number', async () => {
    double.behaveOnce({ kind: 'reset', when: 'mid-stream' })
    const text = await (await gateway.post('/v1/responses', { model, stream: true, input: 'hello' })).text()
    const events = text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)) as { type: string; sequence_number: number })
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_event, index) => index))
    expect(events.at(-1)?.type).toBe('response.failed')
  })

  it('goes on from a response that is kept, for its own caller until it is deleted', async () => {
    const first = await json(await gateway.post('/v1/responses', { model, input: 'My name is Ada.', metadata: { run: '7' } }))
    expect(first).toMatchObject({ httpStatus: 200, object: 'response', status: 'completed', store: true, metadata: { run: '7' }, previous_response_id: null })
    const id = String(first['id'])
    const second = await json(await gateway.post('/v1/responses', { model, input: 'Who am I?', previous_response_id: id, instructions: 'Be short.' }))
    expect(second).toMatchObject({ httpStatus: 200, previous_response_id: id, instructions: 'Be short.' })
    expect(lastChat()['messages']).toEqual([{ role: 'system', content: 'Be short.' }, user('My name is Ada.'), { role: 'assistant', content: expect.any(String) as string }, user('Who am I?')])
    expect(await json(await gateway.get(`/v1/responses/${id}`))).toMatchObject({ httpStatus: 200, id })
    expect((await fetch(`${gateway.origin}/v1/responses/${id}`, { method: 'DELETE', headers: { authorization: 'Bearer fd-owner' } })).status).toBe(200)
    expect((await gateway.get(`/v1/responses/${id}`)).status).toBe(404)
    expect(await json(await gateway.post('/v1/responses', { model, input: 'And now?', previous_response_id: id }))).toMatchObject({ httpStatus: 400, error: { code: 'previous_response_not_found', param: 'previous_response_id' } })
  })

  it('puts items that are kept in the place of references to them, and refuses a reference that is to nothing', async () => {
    const first = await json(await gateway.post('/v1/responses', { model, input: 'My name is Ada.' }))
    const [item] = first['output'] as { id: string }[]
    const asked = (id: string): object => ({ model, input: [user('My name is Ada.'), { type: 'item_reference', id }, user('Who am I?')] })
    expect(await json(await gateway.post('/v1/responses', asked(item!.id)))).toMatchObject({ httpStatus: 200 })
    expect(lastChat()['messages']).toEqual([user('My name is Ada.'), { role: 'assistant', content: expect.any(String) as string }, user('Who am I?')])
    expect(await json(await gateway.post('/v1/responses', asked('msg_unknown_0')))).toMatchObject({ httpStatus: 400, error: { param: 'input', message: expect.stringContaining('msg_unknown_0') as string } })
  })

  it('keeps a streamed response too, and none that says not to', async () => {
    const text = await (await gateway.post('/v1/responses', { model, input: 'hello', stream: true })).text()
    const id = /"id":"(resp_[^"]+)"/.exec(text)?.[1] ?? ''
    expect((await gateway.get(`/v1/responses/${id}`)).status).toBe(200)
    const unkept = await json(await gateway.post('/v1/responses', { model, input: 'hello', store: false }))
    expect((await gateway.get(`/v1/responses/${String(unkept['id'])}`)).status).toBe(404)
  })

  it('estimates tokens that it cannot count', async () => {
    const answer = await gateway.post('/v1/messages/count_tokens', { model, messages: [user('four words make tokens')] })
    expect(answer.headers.get('x-first-estimated')).toBe('true')
    expect(await json(answer)).toMatchObject({ httpStatus: 200, input_tokens: expect.any(Number) as number })
    expect(double.chats).toHaveLength(0)
  })

  it('takes a screenshot for what a model reads of it, not for its bytes', async () => {
    const data = Buffer.alloc(1_500_000).toString('base64')
    const shown = (part: object): object => ({ model, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, part] }] })
    const counted = await json(await gateway.post('/v1/messages/count_tokens', shown({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } })))
    expect(counted['input_tokens']).toBeGreaterThan(1000)
    expect(counted['input_tokens']).toBeLessThan(2000)
    double.behave({ kind: 'answer', usage: 'never' })
    await (await gateway.post('/v1/chat/completions', { ...shown({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }), stream: true })).text()
    const { usage } = await gateway.recorded(2)
    expect(usage?.isEstimated).toBe(true)
    expect(usage?.promptTokens).toBeLessThan(2000)
  })

  it('is reached by an alias', async () => {
    const answer = await gateway.post('/v1/chat/completions', { model: 'fast', messages: [user('hello')] })
    expect(answer.status).toBe(200)
    expect(lastChat()['model']).toBe(model)
  })
})

describe('a body that names two models', () => {
  it.each(['model', '\\u006dodel'])('is sent on as it was judged, the other by %s', async (name) => {
    await gateway.post('/v1/chat/completions', `{"${name}":"secret-model","messages":[{"role":"user","content":"hello"}],"model":"${model}"}`)
    expect(double.chats.at(-1)?.body).not.toContain('secret-model')
  })
})

describe('fields that a place refuses', () => {
  it('are left out of the second try, and of every request after it, and the caller is told', async () => {
    double.behaveOnce({ kind: 'status', status: 422, body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'guided_json'], msg: 'Extra inputs are not permitted' }] } })
    const ask = (): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages: [user('hello')], guided_json: {}, seed: 4 })
    const first = await ask()
    expect([first.status, first.headers.get('x-first-dropped'), first.headers.get('x-first-attempts')]).toEqual([200, 'guided_json', '1'])
    expect(first.headers.get('warning')).toContain('guided_json')
    expect(lastChat()).toMatchObject({ seed: 4 })
    expect(lastChat()).not.toHaveProperty('guided_json')
    const before = double.chats.length
    expect((await ask()).headers.get('x-first-dropped')).toBe('guided_json')
    expect(double.chats.length - before).toBe(1)
  })

  it('of a strict gateway are named as FIRST names them', async () => {
    gateway.setConfig({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], gateway: { refuseUnknownFields: true } })
    const answer = await gateway.post('/resource_server/v1/chat/completions', { model, messages: [user('hello')], guided_json: {} })
    expect(await json(answer)).toMatchObject({ httpStatus: 422, detail: [{ type: 'extra_forbidden', loc: ['body', 'guided_json'] }] })
    expect((await gateway.post('/resource_server/v1/chat/completions', { model, messages: [user('hello')], top_p: 0.5 })).status).toBe(200)
  })
})
