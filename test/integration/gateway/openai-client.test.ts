import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import OpenAI from 'openai'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'org/double-model'
const messages = [{ role: 'user' as const, content: 'hello there' }]

describe('the openai package against the gateway', () => {
  let double: OpenAiServer
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    double = await startOpenAiServer({ models: [model], key: 'sk-double' })
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url, apiKey: '${env:LAB}' }], secrets: { '${env:LAB}': 'sk-double' } })
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  it('lists the models of every cluster', async () => {
    const models = await gateway.client().models.list()
    expect(models.data.map(({ id, owned_by }) => ({ id, owned_by }))).toEqual([{ id: model, owned_by: 'lab' }, { id: 'guide', owned_by: 'here' }].sort((a, b) => (a.id < b.id ? -1 : 1)))
  })

  it('shows one model, whose id has a slash', async () => {
    expect(await gateway.client().models.retrieve(model)).toMatchObject({ id: model, object: 'model', owned_by: 'lab' })
  })

  it('answers whole, with usage', async () => {
    const { data, response } = await gateway.client().chat.completions.create({ model, messages }).withResponse()
    expect(data.choices[0]?.message.content).toBe('You said: hello there')
    expect(data.usage).toEqual({ prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 })
    expect(response.headers.get('x-first-cluster')).toBe('lab')
  })

  it('answers streamed, with the usage that was asked for', async () => {
    const stream = await gateway.client().chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('You said: hello there')
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(6)
  })

  it('keeps usage it asked for itself to the record', async () => {
    const before = gateway.outcomes.length
    const stream = await gateway.client().chat.completions.create({ model, messages, stream: true })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.every((chunk) => chunk.usage === undefined && chunk.choices.length === 1)).toBe(true)
    expect(await gateway.recorded(before + 1)).toMatchObject({ identity: 'owner', model, cluster: 'lab', status: 200, isStreamed: true, attempts: 1, usage: { promptTokens: 2, completionTokens: 4, totalTokens: 6, isEstimated: false } })
  })

  it('stops the server when the caller aborts', async () => {
    const before = gateway.outcomes.length
    double.behaveOnce({ kind: 'hang-mid-stream', afterTokens: 2 })
    const stream = await gateway.client().chat.completions.create({ model, messages, stream: true })
    const asked = double.chats.at(-1)
    for await (const chunk of stream) if (chunk.choices.length > 0) break
    stream.controller.abort()
    expect(await asked?.ended).toBe('disconnected')
    expect(await gateway.recorded(before + 1)).toMatchObject({ errorCode: 'cancelled', status: 200 })
  })

  it('stops the server when the caller aborts before the answer begins', async () => {
    const before = [gateway.outcomes.length, double.chats.length] as const
    double.behaveOnce({ kind: 'hang' })
    const controller = new AbortController()
    const answer = gateway.client().chat.completions.create({ model, messages }, { signal: controller.signal })
    const asked = await double.seen(before[1] + 1)
    controller.abort()
    await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError)
    expect(await asked.ended).toBe('disconnected')
    expect(await gateway.recorded(before[0] + 1)).toMatchObject({ errorCode: 'cancelled', status: 499 })
  })

  it('refuses a wrong key', async () => {
    await expect(gateway.client({ apiKey: 'fd-wrong' }).models.list()).rejects.toThrow(OpenAI.AuthenticationError)
  })

  it('names models that look like an unknown one', async () => {
    const answer = gateway.client().chat.completions.create({ model: 'double-modell', messages })
    await expect(answer).rejects.toThrow(OpenAI.NotFoundError)
    await expect(answer).rejects.toMatchObject({ code: 'model_not_found', param: 'model', message: expect.stringContaining(`did you mean "${model}"`) as string })
  })
})
