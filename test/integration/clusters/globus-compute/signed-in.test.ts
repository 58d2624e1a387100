import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import { afterEach, expect, it } from 'vitest'
import { globusComputeCluster } from '@shared/config/globus-compute'
import { computeService } from '@shared/globus/services'
import { createGlobusComputeAdapter } from '@main/clusters/globus-compute/globus-compute-adapter'
import { createPace } from '@main/clusters/globus-compute/pace'
import { createTaskLedger } from '@main/clusters/globus-compute/task-ledger'
import { realTimers } from '@main/clusters/local/timers'
import { ids } from '../../../doubles/globus/usual-world'
import { createMemoryRefusedFields } from '../../../fixtures/refused-fields'
import { ada, startDesk } from '../../identity/globus/desk'
import { deployment, endpoint, forever, say } from './compute-cluster'

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

it('a cluster behind Globus Compute asks for consent once, and renews its token by itself', async () => {
  const desk = await startDesk()
  const agent = new Agent()
  const dir = await mkdtemp(join(tmpdir(), 'fd-compute-'))
  closes.push(() => rm(dir, { recursive: true, force: true }), () => desk.close(), () => agent.destroy())
  desk.globus.compute.endpoints.add({ id: endpoint, name: 'sophia', owner: ids.ada })
  const adapter = createGlobusComputeAdapter(
    globusComputeCluster.parse({ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', pollS: 0.1, models: [{ model: 'm', function: { source: 'def f(p):\n    return {"said": p["model_params"]["messages"]}\n' } }] }),
    {
      agent,
      computeUrl: desk.globus.url.compute,
      tokens: desk.accounts.siteTokens({ site: 'alcf', service: computeService }),
      pace: createPace(realTimers),
      ledger: createTaskLedger({ path: join(dir, 'sophia.json'), now: Date.now, logger: { warn: () => undefined } }),
      batchFolder: join(dir, 'batches'),
      refusedFields: createMemoryRefusedFields(),
      timers: realTimers,
    },
  )
  closes.push(() => adapter.close())

  await desk.signIn(ada)
  desk.wanted = [{ site: 'alcf', ...computeService }]
  await expect(adapter.acquire(deployment, forever)).rejects.toMatchObject({ code: 'sign_in_needed', info: { site: 'alcf', reason: { kind: 'consent', requiredScopes: [computeService.scope] } } })

  expect(desk.accounts.state().accounts).toMatchObject([{ problem: { kind: 'consent' } }])
  await desk.signIn(ada)
  const lease = await adapter.acquire(deployment, forever)
  expect((await say(lease, 'hello')).body).toMatchObject({ said: [{ content: 'hello' }] })

  // Globus says that the token has ended; this machine's clock does not.
  desk.skewMin = -3 * 24 * 60
  desk.globus.clock.advance({ days: 3 })
  expect((await say(lease, 'again')).status).toBe(200)
  expect(desk.refreshes()).toBe(1)
})
