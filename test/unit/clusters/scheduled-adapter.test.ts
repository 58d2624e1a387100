import { createScheduledAdapter } from '@main/clusters/scheduled/scheduled-adapter'
import { launchedDeployment } from '@shared/config/deployment'
import type { Replica } from '@shared/domain/replica'
import { expect, test } from 'vitest'
import { noReplicas } from '../../fixtures/no-replicas'

const deployment = launchedDeployment.parse({ model: 'lab/m', framework: 'vllm', walltimeS: 5400 })
const replica = (state: Replica['state'], more: Partial<Replica> = {}): Replica => ({ id: `fd-${state}`, cluster: 'lab', model: 'lab/m', framework: 'vllm', state, sinceMs: 0, requestedAtMs: 0, attempt: 1, handle: state, ...more })
const jobsOf = async (...replicas: Replica[]) => {
  const adapter = createScheduledAdapter({ name: 'lab', kind: 'slurm', hasJobs: true }, { deployments: [deployment], maintenance: () => undefined }, { pool: { ...noReplicas, replicas: () => replicas }, now: () => 0 })
  return (await adapter.describe(new AbortController().signal)).jobs
}

test('a job says how the model in it is, and one that takes no more requests does not say that it starts', async () => {
  expect(await jobsOf(replica('queued'), replica('starting'), replica('live'), replica('draining'), replica('stopped'))).toMatchObject([
    { id: 'queued', state: 'queued' },
    { id: 'starting', state: 'running', modelStatus: 'starting' },
    { id: 'live', state: 'running', modelStatus: 'running' },
    { id: 'draining', state: 'running', modelStatus: 'draining' },
  ])
})

test('a job has the walltime that its deployment asks for, while the configuration has it', async () => {
  expect((await jobsOf(replica('live'), replica('draining', { model: 'lab/gone' })))?.map(({ walltime }) => walltime)).toEqual(['01:30:00', undefined])
})
