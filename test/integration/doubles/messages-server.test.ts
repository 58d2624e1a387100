import Anthropic from '@anthropic-ai/sdk'
import { afterEach, describe, expect, it } from 'vitest'
import { tooManyRequests } from '../../doubles/scripted/behaviour'
import { startMessagesServer, type MessagesServer, type MessagesServerOptions } from '../../doubles/messages-server/messages-server'

const model = 'double-model'
const asked = { model, max_tokens: 64, messages: [{ role: 'user' as const, content: 'how is it' }] }

describe("the double of Anthropic's protocol, to the official client", () => {
  let double: MessagesServer
  afterEach(() => double.close())
  const start = async (options: MessagesServerOptions = {}, apiKey = 'sk-ant'): Promise<Anthropic> => {
    double = await startMessagesServer(options)
    return new Anthropic({ baseURL: double.url.replace('/v1', ''), apiKey, authToken: null, maxRetries: 0 })
  }

  it('streams thinking, text and tools that add up to the whole message', async () => {
    const client = await start()
    double.behave({ kind: 'answer', text: 'let me look', reasoning: 'the person asks', calls: [{ name: 'weather', arguments: '{"city":"Argonne"}' }, { name: 'time', arguments: '{}' }], cachedTokens: 2 })
    const whole = await client.messages.create(asked)
    const stream = client.messages.stream(asked)
    const types: string[] = []
    for await (const { type } of stream) if (types.at(-1) !== type) types.push(type)
    const final = await stream.finalMessage()
    expect(final.content).toEqual(whole.content)
    expect(final.stop_reason).toBe('tool_use')
    expect(final.usage).toEqual(whole.usage)
    expect(whole.usage).toMatchObject({ input_tokens: 1, cache_read_input_tokens: 2 })
    expect(whole.content).toMatchObject([{ type: 'thinking', thinking: 'the person asks' }, { type: 'text', text: 'let me look' }, { type: 'tool_use', input: { city: 'Argonne' } }, { type: 'tool_use', input: {} }])
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop']
    expect(types).toEqual(['message_start', ...block, ...block, ...block, ...block, 'message_delta', 'message_stop'])
  })

  it('counts tokens', async () => {
    const client = await start()
    expect(await client.messages.countTokens({ model, system: 'be brief', messages: asked.messages })).toEqual({ input_tokens: 5 })
    expect(double.counts).toHaveLength(1)
  })

  it('lists its models page by page', async () => {
    const client = await start({ models: ['a', 'b', 'c'], pageSize: 2 })
    const ids: string[] = []
    for await (const { id } of client.models.list()) ids.push(id)
    expect(ids).toEqual(['a', 'b', 'c'])
  })

  it('lets in who has the key and names the version', async () => {
    const client = await start({ key: 'sk-right' }, 'sk-right')
    expect((await client.messages.create(asked)).content).toEqual([{ type: 'text', text: 'You said: how is it' }])
    await expect(client.withOptions({ apiKey: 'sk-wrong' }).messages.create(asked)).rejects.toMatchObject({ status: 401, error: { type: 'error', error: { type: 'authentication_error' } } })
    const bare = await fetch(`${double.url}/messages`, { method: 'POST', headers: { 'x-api-key': 'sk-right' }, body: JSON.stringify(asked) })
    expect(await bare.json()).toMatchObject({ error: { message: 'anthropic-version: header is required' } })
  })

  it.each([
    [{ top_p2: 1 }, 'top_p2: Extra inputs are not permitted'],
    [{ max_tokens: undefined }, 'max_tokens: '],
    [{ messages: [{ role: 'system', content: 'hi' }] }, 'messages.0.role: '],
  ])('refuses what the protocol does not have: %j', async (change, words) => {
    const client = await start()
    await expect(client.messages.create({ ...asked, ...change } as never)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(words) as string })
  })

  it('fails before and within a stream in the words of its protocol', async () => {
    const client = await start()
    double.behaveOnce(tooManyRequests(7))
    await expect(client.messages.create(asked)).rejects.toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } })
    double.behaveOnce({ kind: 'error-mid-stream', afterTokens: 2, message: 'Overloaded' })
    await expect(client.messages.stream(asked).finalMessage()).rejects.toThrow('Overloaded')
  })

  it('knows nothing of other protocols', async () => {
    await start()
    const headers = { 'anthropic-version': '2023-06-01' }
    for (const path of ['chat/completions', 'responses', 'completions', 'embeddings']) expect((await fetch(`${double.url}/${path}`, { method: 'POST', headers, body: '{}' })).status).toBe(404)
  })
})
