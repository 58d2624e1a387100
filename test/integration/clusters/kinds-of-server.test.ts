import { afterEach, describe, expect, it } from 'vitest'
import { Agent } from 'undici'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ServerProfile } from '@shared/config/clusters'
import type { ClusterAdapter } from '@main/clusters/cluster-adapter'
import { createDirectAdapter } from '@main/clusters/direct/direct-adapter'
import { checkServer } from '@main/clusters/registry'
import { startMessagesServer } from '../../doubles/messages-server/messages-server'
import { llamaRouter, llamaServer, lmStudio, ollama, sambanova, vllm, type Discovery } from '../../doubles/openai-server/discovery'
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../../doubles/openai-server/openai-server'
import { createMemoryRefusedFields } from '../../fixtures/refused-fields'

const agent = new Agent({ connect: { timeout: 1000 } })
const forever = new AbortController().signal
const place = (model: string) => ({ cluster: 'lab', model, framework: 'api' }) as const

describe('a kind of server', () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
  })
  const start = async (options: OpenAiServerOptions): Promise<OpenAiServer> => {
    const double = await startOpenAiServer(options)
    closing.push(() => double.close())
    return double
  }
  const adapterOf = (url: string, change: { profile?: ServerProfile; models?: string[] } = {}): ClusterAdapter =>
    createDirectAdapter({ name: 'lab', kind: 'direct', url, apiKey: '${env:LAB}', framework: 'api', ...change }, { agent, secret: () => 'sk-right', refusedFields: createMemoryRefusedFields(), now: () => 1000 })
  const modelOf = ({ models }: ClusterSnapshot, id: string) => models.find((model) => model.id === id)
  const chat = async (double: OpenAiServer, model: string): Promise<void> => {
    await (await fetch(`${double.url}/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer sk-right' }, body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }) })).text()
  }

  it.each<[ServerProfile, () => Discovery, object]>([
    ['vllm', vllm, { contextTokens: 32_768, operations: ['chat_completions', 'responses', 'messages', 'completions', 'embeddings', 'count_tokens'] }],
    ['ollama', ollama, { contextTokens: 131_072, status: 'offline', operations: ['chat_completions', 'responses', 'messages', 'completions', 'embeddings'] }],
    ['lm-studio', lmStudio, { contextTokens: 32_768, status: 'offline', capabilities: { inputModalities: ['text', 'image'], hasToolCalling: true } }],
    ['llama-server', llamaServer, { contextTokens: 16_384, capacity: 4, status: 'live', capabilities: { inputModalities: ['text'], hasToolCalling: true } }],
    ['other', sambanova, { contextTokens: 131_072, status: 'live' }],
  ])('is told by what it says of itself: %s', async (profile, discovery, told) => {
    const double = await start({ models: ['org/model'], key: 'sk-right', discovery: discovery() })
    const found = await checkServer(agent, { url: double.url, apiKey: 'sk-right' }, forever)
    expect(found).toMatchObject({ clusterKind: 'direct', profile })
    expect(found.found[0]).toMatchObject({ id: 'org/model', ...told })
    expect(double.questions.length).toBeLessThanOrEqual(7)
  })

  it('is asked what it is once, and again when another program may have taken its place', async () => {
    const double = await start({ key: 'sk-right' })
    const adapter = adapterOf(double.url)
    await adapter.describe(forever)
    await adapter.describe(forever)
    expect([...double.questions].sort()).toEqual(['/api/v0/models', '/api/version', '/props'])
    await double.close()
    expect((await adapter.describe(forever)).isReachable).toBe(false)
    const next = await start({ key: 'sk-right', port: double.port, discovery: vllm() })
    expect(modelOf(await adapter.describe(forever), 'double-model')).toMatchObject({ contextTokens: 32_768 })
    expect(next.questions).toContain('/version')
  })

  it('is asked nothing that the configuration says', async () => {
    const double = await start({ key: 'sk-right' })
    const adapter = adapterOf(double.url, { profile: 'openai' })
    await adapter.describe(forever)
    expect(double.questions).toEqual([])
    expect((await adapter.acquire(place('double-model'), forever)).profile?.refused('chat_completions', ['top_k'])).toEqual(['top_k'])
  })

  it('serves what its version has', async () => {
    const double = await start({ key: 'sk-right', discovery: vllm({ version: '0.9.2' }) })
    const adapter = adapterOf(double.url)
    const described = await adapter.describe(forever)
    const served = ['chat_completions', 'completions', 'embeddings']
    expect(modelOf(described, 'double-model')?.operations).toEqual(served)
    expect((await adapter.acquire(place('double-model'), forever)).profile?.operations).toEqual(served)
  })

  it.each([ollama(), llamaServer()])('learns at its leases what it has no path for', async (discovery) => {
    const double = await start({ key: 'sk-right', discovery })
    const adapter = adapterOf(double.url)
    await adapter.describe(forever)
    const served = async () => (await adapter.acquire(place('double-model'), forever)).profile?.operations
    expect(await served()).toContain('messages')
    ;(await adapter.acquire(place('double-model'), forever)).profile?.unserved?.('messages')
    expect(await served()).not.toContain('messages')
    await adapter.describe(forever)
    expect(await served()).not.toContain('messages')
  })

  it('is live at Ollama and LM Studio once a model is in memory, and offline before', async () => {
    for (const discovery of [ollama(), lmStudio()]) {
      const double = await start({ models: ['big'], key: 'sk-right', discovery })
      const adapter = adapterOf(double.url)
      expect(modelOf(await adapter.describe(forever), 'big')?.status).toBe('offline')
      await chat(double, 'big')
      expect(modelOf(await adapter.describe(forever), 'big')).toMatchObject({ status: 'live', contextTokens: expect.any(Number) as number })
    }
  })

  it('tells models that only embed', async () => {
    for (const discovery of [ollama(), lmStudio()]) {
      const double = await start({ models: ['nomic-embed'], key: 'sk-right', discovery })
      expect(modelOf(await adapterOf(double.url).describe(forever), 'nomic-embed')?.operations).toEqual(['embeddings'])
    }
  })

  it('asks Ollama about a model once', async () => {
    const double = await start({ models: ['a', 'b'], key: 'sk-right', discovery: ollama() })
    const adapter = adapterOf(double.url)
    await adapter.describe(forever)
    await adapter.describe(forever)
    expect(double.questions.filter((path) => path === '/api/show')).toHaveLength(2)
  })

  it('is starting while llama-server loads its model', async () => {
    const double = await start({ key: 'sk-right', discovery: llamaServer({ isLoading: true }) })
    const adapter = adapterOf(double.url)
    const loading = await adapter.describe(forever)
    expect(loading.isReachable).toBe(true)
    expect(modelOf(loading, 'double-model')).toMatchObject({ status: 'starting', reason: expect.any(String) as string })
    double.setDiscovery(llamaServer())
    expect(modelOf(await adapter.describe(forever), 'double-model')).toMatchObject({ status: 'live', capacity: 4 })
  })

  it('is starting while not even the list of models is there', async () => {
    const body = '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'
    const double = await start({ modelsAnswer: { status: 503, contentType: 'application/json', body } })
    expect(await adapterOf(double.url, { models: ['mine'] }).describe(forever)).toMatchObject({ isReachable: true, models: [{ id: 'mine', status: 'starting' }] })
    await expect(checkServer(agent, { url: double.url }, forever)).rejects.toMatchObject({ code: 'model_loading' })
  })

  it('says of each model of a llama-server whether it is loaded', async () => {
    const double = await start({ models: ['a', 'b'], key: 'sk-right', discovery: llamaRouter('b') })
    expect((await adapterOf(double.url).describe(forever)).models.map(({ id, status }) => [id, status])).toEqual([['a', 'offline'], ['b', 'live']])
  })

  it('has failed when the engine behind vLLM is dead', async () => {
    const double = await start({ key: 'sk-right', discovery: vllm({ health: 503 }) })
    expect(modelOf(await adapterOf(double.url).describe(forever), 'double-model')).toMatchObject({ status: 'failed', reason: expect.stringContaining('vLLM') as string })
  })

  it('keeps what was known of its models when it is gone', async () => {
    const double = await start({ key: 'sk-right', discovery: vllm() })
    const adapter = adapterOf(double.url)
    await adapter.describe(forever)
    await double.close()
    expect(modelOf(await adapter.describe(forever), 'double-model')).toMatchObject({ status: 'unknown', contextTokens: 32_768 })
  })

  it('describes the models that the configuration names, and no others', async () => {
    const double = await start({ models: ['a', 'b'], key: 'sk-right', discovery: vllm() })
    expect((await adapterOf(double.url, { models: ['b', 'hidden'] }).describe(forever)).models).toMatchObject([{ id: 'b', contextTokens: 32_768 }, { id: 'hidden', status: 'live' }])
  })

  describe("that speaks Anthropic's protocol", () => {
    it('is recognised, asked page by page, and sent the key in its way', async () => {
      const double = await startMessagesServer({ key: 'sk-right', models: ['claude-a', 'claude-b', 'claude-c'], pageSize: 2 })
      closing.push(() => double.close())
      const adapter = adapterOf(double.url)
      const described = await adapter.describe(forever)
      expect(described.models.map(({ id }) => id)).toEqual(['claude-a', 'claude-b', 'claude-c'])
      expect(described.models[0]).toMatchObject({ operations: ['messages', 'count_tokens'], contextTokens: 200_000, capabilities: { inputModalities: ['text', 'image'], hasToolCalling: true, hasReasoning: true } })
      const lease = await adapter.acquire(place('claude-a'), forever)
      expect(lease.headers).toEqual({ 'x-api-key': 'sk-right', 'anthropic-version': '2023-06-01' })
      expect(lease.profile?.operations).toEqual(['messages', 'count_tokens'])
      expect(await checkServer(agent, { url: double.url, apiKey: 'sk-right' }, forever)).toMatchObject({ profile: 'anthropic', models: ['claude-a', 'claude-b', 'claude-c'] })
      await expect(checkServer(agent, { url: double.url, apiKey: 'sk-wrong' }, forever)).rejects.toMatchObject({ code: 'upstream_unauthorized' })
    })

    it('is waited for by a request that comes before it is known how to send the key', async () => {
      const double = await startMessagesServer({ key: 'sk-right' })
      closing.push(() => double.close())
      const adapter = adapterOf(double.url)
      const described = adapter.describe(forever)
      const lease = await adapter.acquire(place('double-model'), forever)
      expect(lease.headers).toHaveProperty('x-api-key')
      await described
    })
  })
})
