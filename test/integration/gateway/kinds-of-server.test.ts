import { afterEach, describe, expect, it } from 'vitest'
import type { ServerProfile } from '@shared/config/clusters'
import { startMessagesServer } from '../../doubles/messages-server/messages-server'
import { llamaServer } from '../../doubles/openai-server/discovery'
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const messages = [{ role: 'user', content: 'hello there' }]

describe('a kind of server behind the gateway', () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  const startOver = async (url: string, profile?: ServerProfile): Promise<GatewayUnderTest> => {
    const gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url, apiKey: '${env:LAB}', ...(profile !== undefined && { profile }) }], secrets: { '${env:LAB}': 'sk-right' } })
    closing.push(() => gateway.close())
    return gateway
  }
  const start = async (options: OpenAiServerOptions): Promise<OpenAiServer> => {
    const double = await startOpenAiServer({ models: [model], key: 'sk-right', ...options })
    closing.push(() => double.close())
    return double
  }
  const answerOf = async (answer: Response): Promise<object> => ({ httpStatus: answer.status, ...((await answer.json()) as object) })

  it('that turns out to lack a protocol is asked in another one, at once and from then on', async () => {
    const double = await start({ discovery: llamaServer(), chatOnly: true })
    const gateway = await startOver(double.url)
    for (let round = 1; round <= 2; round++) {
      expect(await answerOf(await gateway.post('/v1/responses', { model, input: 'hello there' }))).toMatchObject({ httpStatus: 200, object: 'response', status: 'completed' })
      expect(double.chats).toHaveLength(round)
    }
    expect(double.questions.filter((path) => path === '/v1/responses')).toHaveLength(1)
  })

  it('that speaks only Messages answers Chat Completions, with its key sent in its way', async () => {
    const double = await startMessagesServer({ models: [model], key: 'sk-right' })
    closing.push(() => double.close())
    const gateway = await startOver(double.url)
    expect(await answerOf(await gateway.post('/v1/chat/completions', { model, messages, top_k: 5, min_p: 0.1 }))).toMatchObject({ httpStatus: 200, object: 'chat.completion', choices: [{ message: { content: 'You said: hello there' } }] })
    expect(double.requests[0]?.headers).toMatchObject({ 'x-api-key': 'sk-right', 'anthropic-version': '2023-06-01' })
  })

  it('that speaks only Messages takes every turn of a loop of tools in Chat Completions, whatever the effort', async () => {
    const double = await startMessagesServer({ models: [model] })
    closing.push(() => double.close())
    const gateway = await startOver(double.url)
    const tools = [{ type: 'function', function: { name: 'weigh', parameters: { type: 'object' } } }]
    const looping = [...messages, { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weigh', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'c1', content: '46' }]
    for (const [said, dropped] of [[messages, 'temperature, top_k'], [looping, 'reasoning_effort']] as const) {
      const answer = await gateway.post('/v1/chat/completions', { model, messages: said, tools, reasoning_effort: 'high', temperature: 0.2, top_k: 5 })
      expect([answer.status, answer.headers.get('x-first-dropped')]).toEqual([200, dropped])
    }
    expect(double.requests.map(({ body }) => 'thinking' in (JSON.parse(body) as object))).toEqual([true, false])
  })

  it('that takes only its own fields is not sent those of engines', async () => {
    const double = await start({ refuses: ['top_k', 'chat_template_kwargs'] })
    const gateway = await startOver(double.url, 'openai')
    const answer = await gateway.post('/v1/chat/completions', { model, messages, top_k: 5, chat_template_kwargs: { enable_thinking: false }, reasoning_effort: 'low' })
    expect(answer.status).toBe(200)
    expect(double.requests).toHaveLength(1)
    expect(JSON.parse(double.chats[0]!.body)).toMatchObject({ reasoning_effort: 'low' })
  })

  it('that knows conversations by their id is asked by it alone', async () => {
    const double = await start({})
    const gateway = await startOver(double.url, 'openai')
    for (const reference of [{ previous_response_id: 'resp_of_openai' }, { conversation: { id: 'conv_1' } }, { prompt: { id: 'pmpt_1' }, input: null }]) {
      expect((await gateway.post('/v1/responses', { model, ...reference })).status).toBe(200)
      expect(JSON.parse(double.requests.at(-1)!.body)).toEqual({ model, ...reference })
    }
  })

  it('that thinks gets its earlier reasoning back from callers of another protocol, without the name for it that it refuses', async () => {
    const double = await start({})
    const gateway = await startOver(double.url, 'other')
    const message = "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]"
    double.behave((asked) => (JSON.stringify(asked).includes('reasoning_content') ? { kind: 'status', status: 400, body: { error: { message, type: 'invalid_request_error' } } } : { kind: 'answer' }))
    const looping = [
      ...messages,
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: '' }, { type: 'tool_use', id: 'c1', name: 'weigh', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: '46' }] },
    ]
    for (let round = 1; round <= 2; round++) {
      const answer = await gateway.post('/v1/messages', { model, max_tokens: 50, messages: looping })
      expect([answer.status, answer.headers.get('x-first-dropped')]).toEqual([200, 'messages.reasoning_content'])
    }
    expect(double.chats).toHaveLength(3)
    expect(JSON.parse(double.chats[2]!.body)).toMatchObject({ messages: [{}, { role: 'assistant', content: null, reasoning: 'hm', tool_calls: [{ id: 'c1' }] }, {}] })
  })

  it('that refuses a field for one model is sent it for another that takes it', async () => {
    const double = await start({ models: ['plain', 'thinking'] })
    const gateway = await startOver(double.url, 'openai')
    const body = { error: { message: 'Unrecognized request argument supplied: reasoning_effort', type: 'invalid_request_error', param: null, code: null } }
    double.behave((asked) => (asked['model'] === 'plain' && 'reasoning_effort' in asked ? { kind: 'status', status: 400, body } : { kind: 'answer' }))
    for (const name of ['plain', 'thinking', 'plain']) expect((await gateway.post('/v1/chat/completions', { model: name, messages, reasoning_effort: 'low' })).status).toBe(200)
    expect(double.chats.map((chat) => JSON.parse(chat.body) as object).map((asked) => 'reasoning_effort' in asked)).toEqual([true, false, true, false])
  })

  it('that is OpenAI is sent a request of Messages as its newest models take it', async () => {
    const double = await start({})
    const gateway = await startOver(double.url, 'openai')
    const answer = await gateway.post('/v1/messages', { model, max_tokens: 50, messages, metadata: { user_id: `user_${'a'.repeat(64)}_account__session_${'b'.repeat(36)}` } })
    expect([answer.status, answer.headers.get('x-first-dropped')]).toEqual([200, 'user'])
    expect(JSON.parse(double.chats[0]!.body)).toEqual({ model, messages, max_completion_tokens: 50 })
    expect((await gateway.post('/v1/messages', { model, max_tokens: 50, messages, metadata: { user_id: 'ada' } })).status).toBe(200)
    expect(JSON.parse(double.chats[1]!.body)).toMatchObject({ user: 'ada' })
  })

  it('that speaks Responses and keeps nothing is told the whole conversation again, in its own protocol', async () => {
    const double = await start({ discovery: llamaServer() })
    const gateway = await startOver(double.url)
    const first = await gateway.post('/v1/responses', { model, input: 'My name is Ada.', metadata: { run: '7' }, truncation: 'auto' })
    expect(await answerOf(first)).toMatchObject({ httpStatus: 200, id: 'resp_double', store: true, previous_response_id: null, metadata: { run: '7' } })
    const text = await (await gateway.post('/v1/responses', { model, input: 'Who am I?', previous_response_id: 'resp_double', stream: true, truncation: 'auto' })).text()
    expect(text).toMatch(/event: response\.completed\ndata: .*"previous_response_id":"resp_double"/)
    const sent = double.requests.map(({ path, body }) => ({ path, body: JSON.parse(body) as Record<string, unknown> }))
    expect(sent.map(({ path }) => path)).toEqual(['/v1/responses', '/v1/responses'])
    expect(sent[1]!.body).toEqual({ model, stream: true, truncation: 'auto', input: [{ type: 'message', role: 'user', content: 'My name is Ada.' }, expect.objectContaining({ type: 'message', role: 'assistant', id: 'msg_double' }), { type: 'message', role: 'user', content: 'Who am I?' }] })
    expect(await answerOf(await gateway.get('/v1/responses/resp_double'))).toMatchObject({ httpStatus: 200, status: 'completed', previous_response_id: 'resp_double' })
  })

  it('that speaks Responses answers byte for byte where nothing is to be kept', async () => {
    const double = await start({ discovery: llamaServer() })
    const gateway = await startOver(double.url)
    const asked = { model, input: 'hello there', store: false }
    const direct = await fetch(`${double.url}/responses`, { method: 'POST', body: JSON.stringify(asked), headers: { authorization: 'Bearer sk-right', 'content-type': 'application/json' } })
    expect(await (await gateway.post('/v1/responses', asked)).text()).toBe(await direct.text())
    expect((await gateway.get('/v1/responses/resp_double')).status).toBe(404)
  })

  it('that refuses fields in words is sent the request once more without them, and not again with them', async () => {
    const double = await start({})
    const gateway = await startOver(double.url, 'other')
    const body = { error: { message: 'Unrecognized request arguments supplied: odd_one, odd_two', type: 'invalid_request_error', param: null, code: null } }
    double.behave((asked) => ('odd_one' in asked ? { kind: 'status', status: 400, body } : { kind: 'answer' }))
    for (let round = 1; round <= 2; round++) expect((await gateway.post('/v1/chat/completions', { model, messages, odd_one: 1, odd_two: 2 })).status).toBe(200)
    expect(double.chats.map(({ body: sent }) => sent.includes('odd_'))).toEqual([true, false, false])
  })
})
