import { listEndpointsAnswer } from '@shared/first/endpoints'
import { jobsOf, modelOfPlaces, placesOf, type SiteCluster } from '@shared/first/from-site'
import { freeNodes, jobsAnswer } from '@shared/first/jobs'
import { modelsAnswer } from '@shared/first/models'
import { describe, expect, test } from 'vitest'

const summary = (frameworks: object): SiteCluster['summary'] => {
  const { sophia } = listEndpointsAnswer.parse({ clusters: { sophia: { base_url: '/resource_server/sophia', frameworks } } }).clusters
  if (sophia === undefined) throw new Error('no summary')
  return sophia
}
const vllm = { vllm: { models: ['a', 'b'], endpoints: ['/v1/chat/completions', '/v1/embeddings', '/v1/batches'] } }
const sophia = (rest: Partial<SiteCluster> = {}): SiteCluster => ({ name: 'sophia', summary: summary(vllm), ...rest })
const entry = (rest: object): object => ({ Models: 'a', Framework: 'vllm', Cluster: 'sophia', ...rest })
const statuses = (cluster: SiteCluster): Record<string, string> => Object.fromEntries(placesOf(cluster).map(({ model, status }) => [model, status]))

describe('the status of a model on a cluster of a site', () => {
  test.each([
    [{ running: [entry({ 'Model Status': 'running' })] }, 'live'],
    [{ running: [entry({})] }, 'live'],
    [{ running: [entry({ 'Model Status': 'starting' })] }, 'starting'],
    [{ running: [entry({ 'Model Status': 'disconnected' })] }, 'offline'],
    [{ queued: [entry({ 'Model Status': 'queued' })] }, 'queued'],
    [{ stopped: [entry({})] }, 'offline'],
    [{ others: [entry({})] }, 'offline'],
    [{ others: [entry({ 'Model Status': 'failed' })] }, 'failed'],
    [{ running: [entry({ 'Model Status': 'draining' })] }, 'offline'],
    [{ 'private-batch-running': [entry({})] }, 'offline'],
    [{ queued: [entry({})], running: [entry({ 'Model Status': 'starting' }), entry({ 'Model Status': 'running' })] }, 'live'],
    [{ running: [entry({ Models: 'x, a ,y', Framework: 'N/A' })] }, 'live'],
    [{ running: [entry({ Framework: 'infinity' })] }, 'offline'],
    [{ running: ['nonsense', { Models: 7 }, entry({})] }, 'live'],
    [{}, 'offline'],
  ])('of %j is %s', (jobs, status) => {
    expect(statuses(sophia({ jobs: jobsAnswer.parse(jobs) }))).toEqual({ a: status, b: 'offline' })
  })

  test('is not known where the site does not tell of its jobs', () => {
    expect(statuses(sophia())).toEqual({ a: 'unknown', b: 'unknown' })
  })

  test('is maintenance while the site says so, whatever its jobs say', () => {
    expect(statuses(sophia({ isInMaintenance: true, jobs: jobsAnswer.parse({ running: [entry({})] }) }))).toEqual({ a: 'maintenance', b: 'maintenance' })
  })

  test('comes with the time at which the site expects to start it', () => {
    const jobs = jobsAnswer.parse({ queued: [entry({ 'Estimated Start Time': 'Tue 10:00' })] })
    expect(placesOf(sophia({ jobs }))[0]?.reason).toBe('sophia expects to start it at Tue 10:00.')
  })

  test('comes with what the site says of the job that waits, where it names no time', () => {
    const jobs = jobsAnswer.parse({ queued: [entry({ 'Job Comments': 'Not enough free nodes.' })] })
    expect(placesOf(sophia({ jobs }))[0]?.reason).toBe('Not enough free nodes.')
  })
})

describe('what a model of a site can do', () => {
  const place = (details: object, frameworks: object = vllm) => placesOf({ name: 'sophia', summary: summary(frameworks), models: modelsAnswer.parse([{ id: 'a', framework: 'vllm', ...details }]) })[0]

  test('comes from its capabilities, with what its cluster serves', () => {
    const found = place({
      max_num_seqs: 64,
      capabilities: {
        schema_version: 1,
        api_protocols: ['messages', 'chat_completions'],
        context_window_tokens: 131_072,
        input_modalities: ['text', 'image', 'smell'],
        streaming: true,
        reasoning: { supported: true, effort_levels: ['low'] },
        tool_calling: { supported: false },
      },
    })
    expect(found).toMatchObject({ contextTokens: 131_072, capacity: 64, operations: ['chat_completions', 'embeddings'], capabilities: { inputModalities: ['text', 'image'], hasStreaming: true, hasReasoning: true, hasToolCalling: false } })
  })

  test('comes from vLLM\'s settings where there are no capabilities', () => {
    expect(place({ max_model_len: 8192, enable_auto_tool_choice: true })).toMatchObject({ contextTokens: 8192, capabilities: { hasToolCalling: true } })
  })

  test('is left out, and nothing else with it, where a field is not as it should be', () => {
    const found = place({ display_name: 7, capabilities: { schema_version: 1, context_window_tokens: 'many', streaming: true } })
    expect(found?.contextTokens).toBeUndefined()
    expect(found?.capabilities).toEqual({ hasStreaming: true })
  })

  test('is tried where the site names no endpoints', () => {
    const found = place({}, { vllm: { models: ['a'] } })
    expect(found?.operations).toEqual([])
    expect(modelOfPlaces('alcf', found === undefined ? [] : [found]).operations).toBeUndefined()
  })

  test('leaves out frameworks that are none of ours', () => {
    expect(placesOf({ name: 'sophia', summary: summary({ sam3service: { models: ['sam3'], endpoints: [] } }) })).toEqual([])
  })
})

describe('jobs of a site', () => {
  test('become ours, in either spelling, without what the site does not know', () => {
    const full = entry({ 'Model Status': 'running', 'Job ID': '12.pbs', 'Job State': 'R', 'Host Name': 'sophia-1', 'Nodes Reserved': '2', Walltime: '01:00:00', 'Job Comments': 'N/A', extra: { deep: true } })
    const answer = jobsAnswer.parse({ running: [full], 'private-batch-queued': [entry({ 'Batch ID': 'b1', Username: 'ada', 'Nodes Reserved': 'N/A' })] })
    expect(jobsOf(answer)).toEqual([
      { id: '12.pbs', state: 'running', models: ['a'], framework: 'vllm', modelStatus: 'running', host: 'sophia-1', nodes: 2, walltime: '01:00:00' },
      { state: 'queued', models: ['a'], framework: 'vllm', batchId: 'b1', username: 'ada' },
    ])
    expect(jobsAnswer.parse({ private_batch_queued: [entry({})] }).private_batch_queued).toHaveLength(1)
  })

  test.each([
    [{ free_nodes: 4 }, 4],
    [{ free_nodes: '4' }, 4],
    [{ free_nodes: 0 }, 0],
    [{ free_nodes: -1 }, undefined],
    [{ free_nodes: null }, undefined],
    [{}, undefined],
  ])('tell free nodes of %j', (status, free) => {
    expect(freeNodes(jobsAnswer.parse({ cluster_status: status }))).toBe(free)
  })
})
