import { findDeployment } from '@main/cli/commands/deployment'
import { jobsOf, jobsTable } from '@main/cli/commands/jobs'
import { findReplica } from '@main/cli/commands/replica'
import { statusText } from '@main/cli/commands/status'
import { age } from '@main/cli/snapshots'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const scaling = { min: 0, max: 2 }
const model = (cluster: string, id: string, rest: Partial<ModelInfo> = {}): ModelInfo => ({ id, cluster, framework: 'vllm', status: 'live', ...rest })
const replica = (id: string, rest: Partial<Replica> = {}): Replica => ({ id, cluster: 'hpc', model: 'org/big', framework: 'vllm', state: 'live', sinceMs: 0, requestedAtMs: 0, attempt: 1, ...rest })

const hpc: ClusterSnapshot = {
  name: 'hpc',
  kind: 'slurm',
  isReachable: true,
  takenAtMs: 60_000,
  nodes: { free: 1, total: 4 },
  models: [model('hpc', 'org/big', { scaling }), model('hpc', 'org/bad', { scaling, status: 'failed', reason: 'Its engine ended with code 1.' })],
  jobs: [{ id: '7', state: 'running', models: ['org/big'], framework: 'vllm' }],
  replicas: [replica('fd-a', { handle: '7', nodes: ['n1', 'n2'] }), replica('fd-b', { state: 'queued', reason: 'Waits for free nodes.', sinceMs: 60_000 })],
}
const site: ClusterSnapshot = { name: 'alcf', kind: 'first', isReachable: false, problem: 'It cannot be reached.', takenAtMs: 60_000, models: [model('alcf', 'org/big', { status: 'unknown' })], jobs: [{ id: '1.pbs', state: 'running', modelStatus: 'starting', models: ['org/big'], framework: 'vllm', host: 'sophia-01', comment: 'loads' }] }
const closed: ClusterSnapshot = { name: 'lab', kind: 'pbs', isReachable: true, isInMaintenance: true, takenAtMs: 60_000, models: [model('lab', 'org/big', { scaling }), model('lab', 'org/big', { scaling, framework: 'api' })] }
const added: ClusterSnapshot = { name: 'added', kind: 'direct', isReachable: false, takenAtMs: 0, models: [] }
const refused: ClusterSnapshot = { name: 'refused', kind: 'first', isReachable: false, problem: 'Sign in to alcf.', needsSignIn: true, takenAtMs: 0, models: [] }

describe('«status»', () => {
  test('tells of each cluster how it is, how old that is, its models and nodes, and what is wrong below', () => {
    expect(statusText([hpc, site, closed, added, refused], 3 * 3_600_000)).toBe(
      [
        'cluster  kind    state           age  models            nodes',
        'hpc      slurm   up              2 h  1 live, 1 failed  1 free of 4',
        'alcf     first   unreachable     2 h  1 unknown         -',
        'lab      pbs     maintenance     2 h  2 live            -',
        'added    direct  not asked yet   -    -                 -',
        'refused  first   sign-in needed  -    -                 -',
        '',
        'hpc: org/bad has failed: Its engine ended with code 1.',
        'alcf: It cannot be reached.',
        'refused: Sign in to alcf.',
        '',
      ].join('\n'),
    )
  })

  test.each([[0, '0 s'], [59_999, '59 s'], [60_000, '1 min'], [3_600_000, '1 h'], [172_800_000, '2 d'], [-5, '0 s']])('%i ms are %s', (ms, text) => {
    expect(age(0, ms)).toBe(text)
  })
})

describe('«jobs»', () => {
  test('lists replicas where they are started from here, and else the jobs of the site', () => {
    expect(jobsTable([hpc, site].flatMap(jobsOf), 120_000)).toBe(
      [
        'id    job    cluster  model    state     nodes      since  reason',
        'fd-a  7      hpc      org/big  live      n1,n2      2 min',
        'fd-b  -      hpc      org/big  queued    -          1 min  Waits for free nodes.',
        '-     1.pbs  alcf     org/big  starting  sophia-01  -      loads',
        '',
      ].join('\n'),
    )
  })

  test('name a replica by its own id and by that of its job', () => {
    expect(findReplica([site, hpc], '7').id).toBe('fd-a')
    expect(findReplica([site, hpc], 'fd-b').id).toBe('fd-b')
    expect(() => findReplica([site, hpc], '1.pbs')).toThrow('There is no replica or job 1.pbs that was started from here.')
  })
})

describe('the deployment that is meant', () => {
  test('is the only one that is started from here', () => {
    expect(findDeployment([hpc, site], 'org/big', {})).toEqual({ cluster: 'hpc', model: 'org/big', framework: 'vllm' })
    expect(findDeployment([hpc, closed], 'org/big', { cluster: 'lab', framework: 'api' })).toEqual({ cluster: 'lab', model: 'org/big', framework: 'api' })
  })

  test('has to be named where there are several', () => {
    expect(() => findDeployment([hpc, closed], 'org/big', {})).toThrow('org/big is served by hpc with vllm and by lab with vllm and by lab with api.')
  })

  test('is refused with the names of those that there are', () => {
    expect(() => findDeployment([hpc], 'org/none', {})).toThrow(expect.objectContaining({ message: 'No replicas of org/none are started from here.', kind: expect.objectContaining({ action: 'There are org/big, org/bad.' }) as unknown }) as Error)
    expect(() => findDeployment([site], 'org/big', { cluster: 'alcf' })).toThrow('on alcf')
  })
})
