import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFirstSite, type FirstSite } from '../../doubles/first-site/first-site'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'org/model'
const slowStartMs = 200

let site: FirstSite
let other: OpenAiServer
let gateway: GatewayUnderTest

const start = async (streaming: boolean): Promise<void> => {
  site = await startFirstSite({ clusters: [{ name: 'sophia', frameworks: { vllm: [model] }, details: { [model]: { capabilities: { schema_version: 1, streaming } } } }] })
  other = await startOpenAiServer({ models: [model] })
  const clusters = [{ name: 'site', kind: 'first', url: site.url, token: '${env:SITE}' }, { name: 'other', kind: 'direct', url: other.url, profile: 'other' }]
  gateway = await startGateway({ clusters, secrets: { '${env:SITE}': 'globus-token' }, timeouts: { slowStartMs } })
  // From when it is asked until its answer would be late, and then some.
  site.behave(() => ({ kind: 'answer', text: 'a long answer', startWhen: new Promise((resolve) => setTimeout(resolve, 10 * slowStartMs)) }))
}
afterEach(async () => {
  await gateway.close()
  await site.close()
  await other.close()
})

const ask = (): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hello' }], stream: true })
const siteState = (): object | undefined => gateway.deployments().find(({ cluster }) => cluster === 'site')

describe('a place that answers whole, asked for a stream', () => {
  beforeEach(() => start(false))

  it('has the time that its whole answer takes, although another place has the model live', async () => {
    const answer = await ask()
    expect(await answer.text()).toContain('a long answer')
    expect([answer.headers.get('x-first-cluster'), answer.headers.get('x-first-attempts')]).toEqual(['site', '1'])
    expect(other.chats).toHaveLength(0)
  })

  it('is not judged by when that begins', async () => {
    site.behave({ kind: 'answer' })
    await (await ask()).text()
    expect(siteState()).toMatchObject({ breaker: 'closed' })
    expect(siteState()).not.toHaveProperty('firstTokenMs')
  })
})

describe('a place that streams', () => {
  beforeEach(() => start(true))

  it('is given up for another where it begins too late', async () => {
    const answer = await ask()
    await answer.text()
    expect([answer.headers.get('x-first-cluster'), answer.headers.get('x-first-attempts')]).toEqual(['other', '2'])
  })
})
