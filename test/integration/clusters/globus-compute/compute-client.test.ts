import { Agent } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createComputeClient, type ComputeClient } from '@main/clusters/globus-compute/compute-client'
import { createPace } from '@main/clusters/globus-compute/pace'
import { realTimers } from '@main/clusters/local/timers'
import { errorOfReason } from '@shared/globus/reason-error'
import { computeScope } from '../../../doubles/globus/auth/own-scopes'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { endpoint, forever } from './compute-cluster'

let globus: Globus
let agent: Agent
let client: ComputeClient
beforeEach(async () => {
  globus = await startGlobus({ endpoints: [{ id: endpoint, name: 'sophia', owner: ids.ada }] })
  agent = new Agent()
  const { access_token: token } = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope })
  const site = { demands: () => ({ title: 'ALCF', policies: [], domains: [] }), error: (reason: Parameters<typeof errorOfReason>[0]) => errorOfReason(reason, 'alcf') }
  client = createComputeClient({ agent, computeUrl: globus.url.compute, cluster: 'sophia', tokens: { token: () => Promise.resolve(token), refused: () => false, site }, pace: createPace(realTimers), quietMs: 300 })
})
afterEach(async () => {
  await agent.destroy()
  await globus.close()
})

describe('Globus Compute that gives no sign of life', () => {
  test.each([
    ['a look at tasks', 'POST /v2/batch_status', () => client.outcomes([], forever)],
    ['a submission', 'POST /v3/endpoints/:id/submit', () => client.submit({ endpoint, taskGroup: ids.ada, hasQueue: false, tasks: {} }, forever)],
    ['a function', 'POST /v3/functions', () => client.register('f', 'code', forever)],
    ['the queue of results', 'GET /v2/get_amqp_result_connection_url', () => client.resultQueue(forever)],
  ] as const)('is not waited for: %s is given up, and may be tried again', async (_what, route, call) => {
    globus.faults.once('compute', route, { kind: 'hang' })
    await expect(call()).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringMatching(/did not answer in time\.$/) as string })
  })
})
