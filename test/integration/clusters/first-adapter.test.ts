import { createFirstAdapter } from '@main/clusters/first/first-adapter'
import type { TokenSource } from '@main/clusters/first/token-source'
import type { ClusterAdapter, Deployment, Lease } from '@main/clusters/cluster-adapter'
import type { FirstClusterConfig } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'
import { Agent } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startFirstSite, type FirstSite } from '../../doubles/first-site/first-site'
import { createMemoryRefusedFields } from '../../fixtures/refused-fields'
import { manualTimers, type ManualTimers } from '../../unit/clusters/manual-timers'

const both = 'org/both'
const big = 'org/big'
const deployment = (model: string, framework: Deployment['framework'] = 'vllm'): Deployment => ({ cluster: 'alcf', model, framework })
const forever = new AbortController().signal

let site: FirstSite
let agent: Agent
let timers: ManualTimers
const refusedFields = createMemoryRefusedFields()

beforeEach(async () => {
  agent = new Agent()
  timers = manualTimers()
  site = await startFirstSite({
    clusters: [
      { name: 'sophia', frameworks: { vllm: [both, big], infinity: ['org/embed'] }, freeNodes: 3, details: { [big]: { max_num_seqs: 8, capabilities: { schema_version: 1, api_protocols: ['chat_completions', 'responses'], context_window_tokens: 32_768 } } } },
      { name: 'metis', frameworks: { vllm: [both], api: ['org/gpt'] }, endpoints: ['chat/completions'], freeNodes: 1 },
    ],
  })
})
afterEach(async () => {
  await agent.destroy()
  await site.close()
})

function adapter(config: Partial<FirstClusterConfig> = {}, tokens?: TokenSource): ClusterAdapter {
  return createFirstAdapter({ name: 'alcf', kind: 'first', url: site.url, token: '${env:ALCF}', ...config }, { agent, secret: () => 'globus-token', refusedFields, timers, ...(tokens !== undefined && { tokens }) })
}
const statusesOf = async (of: ClusterAdapter): Promise<Record<string, string>> => Object.fromEntries((await of.describe(forever)).models.map(({ id, status }) => [id, status]))
const siteClusterOf = ({ baseUrl }: Lease): string | undefined => baseUrl.split('/').at(-3)

describe('a FIRST site, described', () => {
  test('has the models of all its clusters, with what each can do, its jobs and its free nodes', async () => {
    const described = await adapter().describe(forever)
    expect(described).toMatchObject({ name: 'alcf', kind: 'first', isReachable: true, nodes: { free: 4 } })
    expect(described.models.map(({ id, framework, status }) => [id, framework, status])).toEqual([
      [big, 'vllm', 'live'],
      [both, 'vllm', 'live'],
      ['org/embed', 'infinity', 'live'],
      ['org/gpt', 'api', 'live'],
    ])
    expect(described.models[0]).toMatchObject({ contextTokens: 32_768, capacity: 8, operations: ['chat_completions', 'responses', 'completions', 'embeddings'] })
    expect(described.models[3]).toMatchObject({ operations: ['chat_completions'] })
    expect(described.jobs).toHaveLength(5)
  })

  test('has the models of the clusters that the configuration names', async () => {
    expect(Object.keys(await statusesOf(adapter({ clusters: ['metis', 'gone'] })))).toEqual([both, 'org/gpt'])
  })

  test('says of a model the best of what its clusters say', async () => {
    site.set({ statuses: { [`sophia ${both}`]: 'queued', [`metis ${both}`]: 'starting', [`sophia ${big}`]: 'offline' } })
    expect(await statusesOf(adapter())).toEqual({ [both]: 'starting', [big]: 'offline', 'org/embed': 'live', 'org/gpt': 'live' })
  })

  test('tells of maintenance: of models where it is one cluster, of the site where it is all', async () => {
    site.set({ maintenance: ['sophia'] })
    const some = await adapter().describe(forever)
    expect(some.isInMaintenance).toBeUndefined()
    expect(some.models.map(({ status }) => status)).toEqual(['maintenance', 'live', 'maintenance', 'live'])
    site.set({ maintenance: ['sophia', 'metis'] })
    const all = adapter()
    expect((await all.describe(forever)).isInMaintenance).toBe(true)
    await expect(all.acquire(deployment(both), forever)).rejects.toMatchObject({ code: 'cluster_under_maintenance' })
  })

  test.each(['absent', 'refused', 'broken'] as const)('is reachable with jobs, models and status %s, and claims nothing then', async (state) => {
    site.set({ routes: { jobs: state, models: state, status: state } })
    const described = await adapter().describe(forever)
    expect(described.isReachable).toBe(true)
    expect(described.models.map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
    expect(described.jobs).toBeUndefined()
  })

  test('that cannot be reached says whether it is for want of a sign-in', async () => {
    const tokens: TokenSource = { token: () => Promise.reject(new FirstError('sign_in_needed', 'ALCF asks for a fresh sign-in.')), refused: () => undefined }
    expect(await adapter({}, tokens).describe(forever)).toMatchObject({ isReachable: false, needsSignIn: true, problem: expect.stringContaining('fresh sign-in') as string })
    const away = await adapter({ url: 'http://127.0.0.1:9/resource_server' }).describe(forever)
    expect(away).toMatchObject({ isReachable: false, problem: expect.stringContaining('127.0.0.1:9') as string })
    expect(away.needsSignIn).toBeUndefined()
  })

  test('says that its token was taken once it is listed, and not where it was refused', async () => {
    let accepted = 0
    const described = async (token: string): Promise<number> => {
      await adapter({}, { token: () => Promise.resolve(token), refused: () => false, accepted: () => void (accepted += 1) }).describe(forever)
      return accepted
    }
    site.setTokens(['good'])
    expect([await described('ended'), await described('good')]).toEqual([0, 1])
  })

  test('does not wait for jobs that are slow, and tells once they are there', async () => {
    let release = (): void => undefined
    site.set({ holdUntil: { jobs: new Promise((resolve) => (release = resolve)) } })
    const slow = adapter()
    const changed = new Promise<void>((resolve) => slow.onChange?.(resolve))
    const describing = slow.describe(forever)
    while (site.asked('/metis/jobs') === 0 || site.asked('/sophia/models') === 0) await new Promise((resolve) => setImmediate(resolve))
    await timers.advance(4_000)
    expect((await describing).models[0]?.status).toBe('unknown')
    release()
    await changed
    expect((await slow.describe(forever)).models[0]?.status).toBe('live')
    await slow.close()
  })

  test('is asked seldom for what changes seldom', async () => {
    const kept = adapter()
    await kept.describe(forever)
    await timers.advance(15_000)
    await kept.describe(forever)
    expect([site.asked('/list-endpoints'), site.asked('/sophia/jobs'), site.asked('/sophia/models')]).toEqual([2, 2, 1])
    await timers.advance(10 * 60_000)
    await kept.describe(forever)
    expect(site.asked('/sophia/models')).toBe(2)
  })

  test.each([
    ['a site', false],
    ['an older site', true],
  ])('says in a sentence what to do about a token that %s refuses', async (_name, isOld) => {
    site.setTokens(['another'])
    site.set({ isOld })
    const described = await adapter().describe(forever)
    expect(described.isReachable).toBe(false)
    expect(described.problem).toContain('refused its access token')
    expect(described.problem).toContain('token of this cluster in config.yaml.')
  })

  test('says that a token is missing, and that an address is not one of a FIRST gateway', async () => {
    const missing = createFirstAdapter({ name: 'alcf', kind: 'first', url: site.url }, { agent, secret: () => '', refusedFields, timers })
    expect((await missing.describe(forever)).problem).toContain('wants an access token')
    await expect(missing.acquire(deployment(both), forever)).rejects.toMatchObject({ code: 'upstream_unauthorized' })
    expect((await adapter({ url: site.url.replace('/resource_server', '') }).describe(forever)).problem).toContain('is not there (404)')
  })

  test('asks once more with another token, where the source has one', async () => {
    const tokens = ['old', 'globus-token']
    let refusals = 0
    const source: TokenSource = {
      token: () => Promise.resolve(tokens[0] ?? ''),
      refused: () => {
        refusals++
        tokens.shift()
      },
    }
    const renewed = adapter({}, source)
    expect((await renewed.describe(forever)).isReachable).toBe(true)
    expect(refusals).toBeGreaterThan(0)
    expect((await renewed.acquire(deployment(both), forever)).headers).toEqual({ authorization: 'Bearer globus-token' })
  })
})

describe('a lease at a FIRST site', () => {
  test('names the cluster and framework in its path, and the token', async () => {
    const lease = await adapter().acquire(deployment('org/gpt', 'api'), forever)
    expect(lease).toMatchObject({ baseUrl: `${site.url}/metis/api/v1`, model: 'org/gpt', headers: { authorization: 'Bearer globus-token' } })
  })

  test('goes to the cluster that is live, and of two that are to the one with fewer of ours', async () => {
    const leasing = adapter()
    site.set({ statuses: { [`sophia ${both}`]: 'queued' } })
    const alone = await leasing.acquire(deployment(both), forever)
    expect(siteClusterOf(alone)).toBe('metis')
    alone.release()
    site.set({ statuses: {} })
    await timers.advance(15_000)
    await leasing.describe(forever)
    const leases = [await leasing.acquire(deployment(both), forever), await leasing.acquire(deployment(both), forever)]
    expect(leases.map(siteClusterOf)).toEqual(['sophia', 'metis'])
    leases[0]?.release()
    leases[0]?.release()
    expect(siteClusterOf(await leasing.acquire(deployment(both), forever))).toBe('sophia')
    expect(siteClusterOf(await leasing.acquire(deployment(both), forever))).toBe('sophia')
  })

  test('has a profile that drops what the site refuses, by FIRST\'s schemas and by what it said', async () => {
    const { profile } = await adapter().acquire(deployment(big), forever)
    expect(profile?.refused('chat_completions', ['model', 'messages', 'store', 'chat_template_kwargs', 'top_k'])).toEqual(['chat_template_kwargs', 'top_k'])
    expect(profile?.refused('responses', ['anything'])).toEqual([])
    profile?.learn('chat_completions', ['store'])
    expect((await adapter().acquire(deployment(both), forever)).profile?.refused('chat_completions', ['model', 'store'])).toEqual(['store'])
  })

  test('streams only what FIRST streams', async () => {
    const { profile } = await adapter().acquire(deployment(big), forever)
    expect(profile?.operations).toEqual(['chat_completions', 'responses', 'completions', 'embeddings'])
    expect(profile?.streamed).toEqual(['chat_completions', 'completions', 'embeddings'])
  })
})
