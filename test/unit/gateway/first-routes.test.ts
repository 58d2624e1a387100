import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Directory } from '@main/federation/directory'
import type { Grant } from '@main/gateway/authorize'
import type { Call } from '@main/gateway/call'
import { clusterJobs } from '@main/gateway/first/jobs'
import { listEndpoints } from '@main/gateway/first/list-endpoints'
import { clusterModels } from '@main/gateway/first/models'
import { clusterStatus } from '@main/gateway/first/status'
import { whoami } from '@main/gateway/first/whoami'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Identity } from '@shared/domain/identity'
import type { Replica } from '@shared/domain/replica'
import { listEndpointsAnswer, statusAnswer, whoamiAnswer } from '@shared/first/endpoints'
import { jobsOf, placesOf } from '@shared/first/from-site'
import { freeNodes, jobsAnswer } from '@shared/first/jobs'
import { modelsAnswer } from '@shared/first/models'
import { describe, expect, test } from 'vitest'

const owner: Identity = { kind: 'owner', id: 'owner', name: 'Owner' }
const everything: Grant = { identity: owner, isAdmin: true, allows: () => true }
const only = (allows: Grant['allows']): Grant => ({ identity: { kind: 'key', id: 'key-1', name: 'Ada', username: 'ada@anl.gov', groups: ['g1'] }, isAdmin: false, allows })

const lab: ClusterSnapshot = {
  name: 'lab',
  kind: 'direct',
  isReachable: true,
  takenAtMs: 1,
  models: [
    { id: 'b/chat', cluster: 'lab', framework: 'vllm', status: 'live', operations: ['chat_completions'], contextTokens: 8192, capacity: 16, capabilities: { inputModalities: ['text'], hasToolCalling: true, hasReasoning: false, hasStreaming: true } },
    { id: 'A/secret', cluster: 'lab', framework: 'vllm', status: 'failed' },
    { id: 'c/embed', cluster: 'lab', framework: 'infinity', status: 'starting', operations: ['embeddings'] },
  ],
}
const site: ClusterSnapshot = {
  name: 'site',
  kind: 'first',
  isReachable: true,
  takenAtMs: 1,
  nodes: { free: 2 },
  models: [
    { id: 'a', cluster: 'site', framework: 'vllm', status: 'live' },
    { id: 'b', cluster: 'site', framework: 'vllm', status: 'queued' },
  ],
  jobs: [
    { id: '1.pbs', state: 'running', models: ['a', 'b'], framework: 'vllm', modelStatus: 'running', host: 'n1', nodes: 2, walltime: '01:00:00', comment: 'runs' },
    { state: 'queued', models: ['b'], framework: 'vllm', estimatedStart: 'soon' },
    { state: 'running', models: ['a'], framework: 'vllm', batchId: 'b1', username: 'ada' },
  ],
}
const replica = (id: string, state: Replica['state'], rest: Partial<Replica> = {}): Replica => ({ id, cluster: 'hpc', model: 'org/big', framework: 'vllm', state, sinceMs: 1, requestedAtMs: 1, attempt: 1, ...rest })
const hpc: ClusterSnapshot = {
  name: 'hpc',
  kind: 'slurm',
  isReachable: true,
  takenAtMs: 1,
  nodes: { free: 1, total: 4 },
  models: [
    { id: 'org/big', cluster: 'hpc', framework: 'vllm', status: 'live', scaling: { min: 0, max: 3, walltimeS: 86_400, cores: 16 } },
    { id: 'org/cold', cluster: 'hpc', framework: 'vllm', status: 'offline', scaling: { min: 0, max: 1 } },
    { id: 'org/broken', cluster: 'hpc', framework: 'vllm', status: 'failed', reason: 'The engine ended with code 1.' },
  ],
  jobs: [],
  replicas: [
    replica('fd-1', 'live', { handle: '11', nodes: ['n1', 'n2'], gpus: [0, 1] }),
    replica('fd-2', 'queued', { handle: '12', reason: 'Waits for free nodes.', estimatedStartMs: 0 }),
    replica('fd-3', 'draining', { handle: '13' }),
    replica('fd-4', 'stopped', { handle: '14' }),
  ],
}
const directoryOf = (...snapshots: readonly ClusterSnapshot[]): Pick<Directory, 'snapshots'> => ({ snapshots: () => snapshots })
const directory = directoryOf(lab, site) as Directory
const call = (cluster: string, url = ''): Call => ({ params: { cluster }, request: Object.assign(new IncomingMessage(new Socket()), { url }) }) as Call

describe('list-endpoints', () => {
  test('names clusters, frameworks, models and what they may be asked, protocols by translation too', () => {
    const answer = listEndpoints(directory, everything)
    expect(listEndpointsAnswer.parse(answer)).toEqual(answer)
    expect(answer.clusters.lab).toEqual({
      base_url: '/resource_server/lab',
      frameworks: {
        vllm: { models: ['A/secret', 'b/chat'], endpoints: ['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/responses', '/v1/messages'] },
        infinity: { models: ['c/embed'], endpoints: ['/v1/embeddings'] },
      },
    })
  })

  test('leaves out what the caller may not use, and clusters of which nothing is left', () => {
    const { clusters } = listEndpoints(directory, only(({ model }) => model === 'b/chat'))
    expect(Object.keys(clusters)).toEqual(['lab'])
    expect(clusters.lab?.frameworks).toEqual({ vllm: { models: ['b/chat'], endpoints: ['/v1/chat/completions', '/v1/responses', '/v1/messages'] } })
  })
})

describe('jobs', () => {
  test('of a cluster without a scheduler are its models by their status', () => {
    const answer = jobsAnswer.parse(clusterJobs(directory, everything, call('lab')))
    expect(answer.running.map((entry) => [entry.Models, entry.Framework, entry.Cluster, entry['Model Status']])).toEqual([
      ['b/chat', 'vllm', 'lab', 'running'],
      ['c/embed', 'infinity', 'lab', 'starting'],
    ])
    expect(answer.others.map(({ Models }) => Models)).toEqual(['A/secret'])
    expect(answer.cluster_status).toEqual({ cluster: 'lab', total_models: 3, live_models: 1, stopped_models: 2 })
  })

  test('of a scheduler come through and back as they were', () => {
    const wire = clusterJobs(directory, everything, call('site'))
    expect(jobsOf(jobsAnswer.parse(wire))).toEqual(site.jobs)
    expect(wire.private_batch_running).toHaveLength(1)
    expect(freeNodes(jobsAnswer.parse(wire))).toBe(2)
  })

  test('of replicas that are started from here are told as a site tells its jobs', () => {
    const wire = clusterJobs(directoryOf(hpc) as Directory, everything, call('hpc'))
    expect(wire.running).toEqual([
      { Models: 'org/big', Framework: 'vllm', Cluster: 'hpc', 'Model Status': 'running', 'Job ID': '11', 'Job State': 'running', 'Host Name': 'n1,n2', 'Nodes Reserved': '2', Walltime: '24:00:00', 'Replica ID': 'fd-1', Cores: '16', GPUs: '2' },
      { Models: 'org/big', Framework: 'vllm', Cluster: 'hpc', 'Model Status': 'draining', 'Job ID': '13', 'Job State': 'running', Walltime: '24:00:00', 'Replica ID': 'fd-3', Cores: '16' },
    ])
    expect(wire.queued).toMatchObject([{ 'Job ID': '12', 'Job Comments': 'Waits for free nodes.', 'Estimated Start Time': '1970-01-01T00:00:00.000Z' }])
    expect(wire.stopped.map(({ Models }) => Models)).toEqual(['org/cold'])
    expect(wire.others).toMatchObject([{ Models: 'org/broken', 'Model Status': 'failed', 'Job Comments': 'The engine ended with code 1.' }])
    expect(wire.cluster_status).toMatchObject({ free_nodes: 1, total_nodes: 4 })
  })

  test('of replicas are read back by another gateway as what they are', () => {
    const summary = listEndpoints(directoryOf(hpc) as Directory, everything).clusters['hpc']!
    const jobs = jobsAnswer.parse(clusterJobs(directoryOf(hpc) as Directory, everything, call('hpc')))
    expect(placesOf({ name: 'hpc', summary, jobs }).map(({ model, status, reason }) => [model, status, reason])).toEqual([
      ['org/big', 'live', undefined],
      ['org/broken', 'failed', 'The engine ended with code 1.'],
      ['org/cold', 'offline', undefined],
    ])
    expect(jobsOf(jobs)[0]).toMatchObject({ id: '11', state: 'running', host: 'n1,n2', nodes: 2, walltime: '24:00:00' })
  })

  test('of a replica are not there for who may not use its model', () => {
    const answer = clusterJobs(directoryOf(hpc) as Directory, only(({ model }) => model === 'org/cold'), call('hpc'))
    expect([answer.running, answer.queued, answer.others]).toEqual([[], [], []])
  })

  test('name only models that the caller may use, and none of a job that has no other', () => {
    const answer = clusterJobs(directory, only(({ model }) => model === 'a'), call('site'))
    expect(answer.running.map(({ Models }) => Models)).toEqual(['a'])
    expect(answer.queued).toEqual([])
  })

  test('are all stopped under maintenance', () => {
    const answer = clusterJobs(directoryOf({ ...site, isInMaintenance: true }) as Directory, everything, call('site'))
    expect(answer.stopped.map(({ Models }) => Models)).toEqual(['a', 'b'])
    expect(answer.running).toEqual([])
  })

  test.each([
    ['that is not there', everything, 'nowhere'],
    ['of which the caller may use nothing', only(({ cluster }) => cluster === 'lab'), 'site'],
  ])('of a cluster %s are an error that names no other that is hidden', (_name, grant, cluster) => {
    const asked = (): unknown => clusterJobs(directory, grant, call(cluster))
    expect(asked).toThrow(expect.objectContaining({ code: 'cluster_not_found', info: { clusters: grant === everything ? ['lab', 'site'] : ['lab'] } }) as Error)
  })
})

describe('models', () => {
  test('tell what each can do, sorted without regard to case, and nothing that is not known', () => {
    const answer = clusterModels(directory, everything, call('lab', '/resource_server/lab/models'))
    expect(modelsAnswer.parse(answer)).toHaveLength(3)
    expect(answer.map(({ id }) => id)).toEqual(['A/secret', 'b/chat', 'c/embed'])
    expect(answer[1]).toEqual({
      id: 'b/chat',
      object: 'model',
      cluster: 'lab',
      framework: 'vllm',
      capabilities: { schema_version: 1, api_protocols: ['chat_completions', 'responses', 'messages'], context_window_tokens: 8192, input_modalities: ['text'], streaming: true, reasoning: { supported: false }, tool_calling: { supported: true } },
      max_model_len: 8192,
      max_num_seqs: 16,
    })
    expect(answer[2]?.capabilities).toEqual({ schema_version: 1, api_protocols: [] })
  })

  test('are asked for one by one with model_id, and what the caller may not use is not there', () => {
    const path = `/resource_server/lab/models?model_id=${encodeURIComponent('A/secret')}`
    expect(clusterModels(directory, everything, call('lab', path)).map(({ id }) => id)).toEqual(['A/secret'])
    expect(() => clusterModels(directory, only(({ model }) => model === 'b/chat'), call('lab', path))).toThrow(expect.objectContaining({ code: 'endpoint_not_found', param: 'model_id' }) as Error)
  })
})

describe('whoami and status', () => {
  test('say who calls', () => {
    expect(whoamiAnswer.parse(whoami(only(() => true)))).toEqual({ id: 'key-1', name: 'Ada', username: 'ada@anl.gov', user_group_uuids: ['g1'], idp_id: 'first-desktop', idp_name: 'FIRST Desktop', auth_service: 'first-desktop' })
    expect(whoami(everything).username).toBe('Owner')
  })

  test('say which clusters are out of maintenance, of those that are for everybody to know of', () => {
    const answer = clusterStatus(directoryOf({ ...lab, isInMaintenance: true }, site) as Directory)
    expect(statusAnswer.parse(answer)).toEqual({ lab: false, site: true })
    expect(clusterStatus(directory, (name) => name === 'lab')).toEqual({ lab: true })
  })
})
