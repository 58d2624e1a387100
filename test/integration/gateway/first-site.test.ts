import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startFirstSite, type FirstSite } from '../../doubles/first-site/first-site'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'org/model'
let site: FirstSite
let gateway: GatewayUnderTest

beforeEach(async () => {
  site = await startFirstSite({ clusters: [{ name: 'sophia', frameworks: { vllm: [model] }, freeNodes: 1 }] })
  gateway = await startGateway({ clusters: [{ name: 'alcf', kind: 'first', url: site.url, token: '${env:ALCF}' }], secrets: { '${env:ALCF}': 'globus-token' } })
})
afterEach(async () => {
  await gateway.close()
  await site.close()
})

const hello = { model, messages: [{ role: 'user', content: 'hello' }] } as const
const bodyOf = async (count: number): Promise<Record<string, unknown>> => JSON.parse((await site.seen(count)).body) as Record<string, unknown>

describe('a strict FIRST site behind the gateway', () => {
  test('is not sent what it would refuse, which the answer says', async () => {
    const answer = await gateway.post('/v1/chat/completions', { ...hello, top_k: 5, chat_template_kwargs: { enable_thinking: false }, reasoning_effort: 'minimal' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-first-cluster')).toBe('alcf')
    expect(answer.headers.get('x-first-dropped')).toBe('top_k, chat_template_kwargs')
    expect(await bodyOf(1)).toEqual({ ...hello, reasoning_effort: 'low' })
    expect((await site.seen(1)).path).toBe('/resource_server/sophia/vllm/v1/chat/completions')
  })

  test('streams Responses by way of Chat Completions, and answers them whole itself', async () => {
    const stream = gateway.client().responses.stream({ model, input: 'hello' })
    expect((await stream.finalResponse()).output_text).toBe('You said: hello')
    const whole = await gateway.client().responses.create({ model, input: 'hello' })
    expect(whole.output_text).toBe('You said: hello')
    expect(site.requests.map(({ path }) => path)).toEqual(['/resource_server/sophia/vllm/v1/chat/completions', '/resource_server/sophia/vllm/v1/responses'])
  })

  test('takes the requests of a Messages client with its system text in several pieces', async () => {
    const client = new Anthropic({ baseURL: gateway.origin, apiKey: ownerKey, maxRetries: 0 })
    const text = (said: string) => ({ type: 'text', text: said, cache_control: { type: 'ephemeral' } }) as const
    const answer = await client.messages.stream({ model, max_tokens: 9, system: [text('be brief'), text('be kind')], messages: [{ role: 'user', content: [text('hello')] }] }).finalMessage()
    expect(answer.content).toMatchObject([{ type: 'text', text: 'You said: hello' }])
    expect((await bodyOf(1))['messages']).toEqual([
      { role: 'system', content: 'be brief\n\nbe kind' },
      { role: 'user', content: 'hello' },
    ])
  })

  test('has its limits told as its own gateway tells them', async () => {
    site.set({ limit: { global_model_usage: 100_000, user_model_usage: 60_000 } })
    const answer = await gateway.post('/resource_server/v1/chat/completions', hello)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await answer.json()).toMatchObject({ error: { code: 'too_many_requests', info: { global_model_usage: 100_000, user_model_usage: 60_000 } } })
  })

  test('that refuses its token says so to the caller, without the token', async () => {
    site.setTokens(['another'])
    const answer = await gateway.post('/v1/chat/completions', hello)
    const said = await answer.text()
    expect(answer.status).toBe(502)
    expect(said).toContain('refused its access token')
    expect(said).not.toContain('globus-token')
  })

  test('under maintenance is not asked', async () => {
    site.set({ maintenance: ['sophia'] })
    gateway.setClusters([])
    gateway.setClusters([{ name: 'alcf', kind: 'first', url: site.url, token: '${env:ALCF}' }])
    await gateway.directory.refresh('alcf')
    const answer = await gateway.post('/resource_server/alcf/vllm/v1/chat/completions', hello)
    expect(await answer.json()).toMatchObject({ error: { code: 'cluster_under_maintenance' } })
    expect(site.requests).toHaveLength(0)
  })

  test('is found by another gateway of ours through FIRST\'s own routes', async () => {
    const other = await startGateway({ clusters: [{ name: 'desk', kind: 'first', url: `${gateway.origin}/resource_server`, token: '${env:DESK}' }], secrets: { '${env:DESK}': ownerKey } })
    try {
      expect(other.directory.snapshots().find(({ name }) => name === 'desk')?.models.find(({ id }) => id === model)).toMatchObject({ framework: 'vllm', status: 'live' })
      const answer = await other.post('/v1/chat/completions', { ...hello, cluster_hint: 1 })
      expect([answer.status, answer.headers.get('x-first-cluster')]).toEqual([200, 'desk'])
      expect(site.requests).toHaveLength(1)
    } finally {
      await other.close()
    }
  })

  test('has faults of its schema named by field', async () => {
    site.behave({ kind: 'status', status: 422, body: { detail: [{ type: 'value_error', loc: ['body', 'payload', 'messages', 0], msg: 'Value error, no' }] } })
    const answer = await gateway.post('/v1/chat/completions', hello)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ error: { message: 'messages.0: Value error, no', param: 'messages.0' } })
  })

  test('teaches what it refuses: the request goes once more without, and the next without from the start', async () => {
    site.behaveOnce({ kind: 'status', status: 422, body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'payload', 'user'], msg: 'Extra inputs are not permitted' }] } })
    const send = () => gateway.post('/v1/chat/completions', { ...hello, user: 'ada' })
    expect([(await send()).status, (await send()).headers.get('x-first-dropped')]).toEqual([200, 'user'])
    expect(await Promise.all([1, 2, 3].map(async (count) => 'user' in (await bodyOf(count))))).toEqual([true, false, false])
  })
})
