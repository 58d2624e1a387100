import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '@shared/domain/identity'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const chat = '/v1/chat/completions'
const firstChat = '/resource_server/v1/chat/completions'
const person: Identity = { kind: 'key', id: 'key-person', name: 'ada', username: 'ada@anl.gov' }
const script: Identity = { kind: 'key', id: 'key-script', name: 'script', scopes: { models: ['small-*'] } }
const admin: Identity = { kind: 'key', id: 'key-admin', name: 'admin', scopes: { isAdmin: true } }
const federation = { aliases: { fast: ['small-model'], best: ['other-model'] } }
const keys = { 'fd-person': person, 'fd-script': script, 'fd-admin': admin }

/** No minute goes by between two requests. */
const nowMs = Date.now()
let double: OpenAiServer
let gateway: GatewayUnderTest

beforeAll(async () => {
  double = await startOpenAiServer({ models: ['small-model', 'large-model', 'other-model'] })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url, profile: 'other' }], config: { federation }, identities: keys, now: () => nowMs })
})
afterEach(() => {
  configure({})
  double.behave({ kind: 'answer' })
})
afterAll(async () => {
  await gateway.close()
  await double.close()
})

function configure(config: object): void {
  gateway.setConfig({ clusters: [{ name: 'lab', kind: 'direct', url: double.url, profile: 'other' }], federation, ...config })
}

const as = (key: keyof typeof keys): Record<string, string> => ({ authorization: `Bearer ${key}` })
const ask = (key: keyof typeof keys, model: string, path = chat, extra: object = {}): Promise<Response> => gateway.post(path, { model, messages: [{ role: 'user', content: 'hello there' }], ...extra }, as(key))
const ids = async (key: keyof typeof keys): Promise<string[]> => ((await (await gateway.get('/v1/models', as(key))).json()) as { data: { id: string }[] }).data.map(({ id }) => id).filter((id) => id.endsWith('-model'))
const errorOf = async (answer: Response): Promise<unknown> => ({ status: answer.status, ...((await answer.json()) as { error: object }).error })

describe('who may use what', () => {
  it('a key sees and uses the models that it is for', async () => {
    expect(await ids('fd-script')).toEqual(['small-model'])
    expect((await ask('fd-script', 'small-model')).status).toBe(200)
    expect(await errorOf(await ask('fd-script', 'large-model'))).toMatchObject({ status: 403, code: 'access_denied', type: 'permission_error' })
    expect(await errorOf(await gateway.get('/v1/models/large-model', as('fd-script')))).toMatchObject({ status: 403 })
    expect(await ids('fd-person')).toEqual(['large-model', 'other-model', 'small-model'])
  })

  it('a rule holds from the next request on, and an alias leads around none', async () => {
    configure({ access: { models: { 'small-*': { identities: ['ada'] } } } })
    expect(await ids('fd-script')).toEqual([])
    expect((await ask('fd-script', 'fast')).status).toBe(403)
    expect((await ask('fd-person', 'fast')).status).toBe(200)
  })

  it('whom the gateway is closed to is told so on every path, in the shape of its door', async () => {
    configure({ access: { domains: ['anl.gov'] } })
    expect((await ask('fd-person', 'small-model')).status).toBe(200)
    expect(await errorOf(await ask('fd-script', 'small-model'))).toMatchObject({ status: 403, code: 'access_denied', message: expect.stringContaining('"script" may not use this gateway') as string })
    expect(await errorOf(await gateway.get('/resource_server/list-endpoints', as('fd-script')))).toMatchObject({ status: 403, code: 'access_denied', info: { action: expect.any(String) as string } })
    expect(gateway.outcomes.at(-1)).toMatchObject({ identity: 'key-script', errorCode: 'access_denied' })
  })

  it('the metrics are for the owner and for keys of administrators', async () => {
    expect(await Promise.all([{}, as('fd-admin'), as('fd-person')].map(async (headers) => (await gateway.get('/metrics', headers)).status))).toEqual([200, 200, 403])
  })
})

describe('limits', () => {
  it('of requests are told with every answer, and a refusal says when to come back', async () => {
    configure({ limits: { requestsPerMinutePerKey: 2 } })
    const headers = (answer: Response): unknown[] => ['limit', 'remaining', 'reset'].map((what) => answer.headers.get(`x-ratelimit-${what}-requests`))
    expect(headers(await ask('fd-person', 'small-model'))).toEqual(['2', '1', expect.stringMatching(/^1m[01]s$/)])
    expect(headers(await ask('fd-person', 'large-model', chat, { stream: true }))).toEqual(['2', '0', expect.stringMatching(/^1m[01]s$/)])
    const refused = await ask('fd-person', 'small-model')
    expect(headers(refused)).toEqual(['2', '0', expect.stringMatching(/^1m[01]s$/)])
    expect(refused.headers.get('retry-after')).toMatch(/^(60|61)$/)
    expect(await errorOf(refused)).toMatchObject({ status: 429, code: 'too_many_requests', type: 'rate_limit_error' })
    expect((await ask('fd-script', 'small-model')).status).toBe(200)
  })

  it("of tokens count what streams and whole answers used, and FIRST's door tells how much", async () => {
    configure({ limits: { tokensPerMinutePerModel: 10 } })
    const before = gateway.outcomes.length
    await (await ask('fd-admin', 'other-model', chat, { stream: true })).text()
    const used = (await gateway.recorded(before + 1)).usage?.totalTokens ?? 0
    expect(used).toBeGreaterThan(0)
    let sum = used
    for (; sum < 10; sum += used) expect((await ask('fd-person', 'best', firstChat)).status).toBe(200)
    expect(await errorOf(await ask('fd-person', 'other-model', firstChat))).toMatchObject({
      status: 429,
      code: 'too_many_requests',
      info: { global_model_usage: sum, user_model_usage: sum - used, limit: { name: 'tokensPerMinutePerModel', value: 10, used: sum } },
    })
    expect((await ask('fd-person', 'large-model')).status).toBe(200)
  })

  it('of requests at once let the next in when one ends, also when its caller just leaves', async () => {
    configure({ limits: { concurrentRequestsPerKey: 1 } })
    double.behave({ kind: 'hang-mid-stream', afterTokens: 1 })
    const leaving = new AbortController()
    const before = gateway.outcomes.length
    const first = await fetch(`${gateway.origin}${chat}`, {
      method: 'POST',
      headers: { ...as('fd-person'), 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'small-model', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      signal: leaving.signal,
    })
    expect(first.status).toBe(200)
    expect(await errorOf(await ask('fd-person', 'small-model'))).toMatchObject({ status: 429, message: '"ada" has 1 requests under way; this gateway takes 1 of one key at once.' })
    leaving.abort()
    await gateway.recorded(before + 2)
    double.behave({ kind: 'answer' })
    expect((await ask('fd-person', 'small-model')).status).toBe(200)
  })
})
