import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pidOf, scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'
import { isAlive } from '../sites/alive'

const model = 'org/scripted'
let site: SiteUnderTest
let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'first-leaving-'))
})
afterEach(async () => {
  await site.close()
  await rm(scratch, { recursive: true, force: true })
})

test('a cluster that config.yaml no longer has finishes its requests, ends its replicas, and is gone', { timeout: 60_000 }, async () => {
  const hold = join(scratch, 'hold')
  await writeFile(hold, '')
  site = await startSite({ clusters: [{ name: 'lab-a', kind: 'local', deployments: [{ model, framework: 'api', launch: scripted('--says', 'finished', '--hold-while', hold) }] }] })
  const answer = site.ask(model)
  await until('the request is there', async () => (await site.replicas()).some(({ inFlight }) => inFlight === 1))
  const [replica] = await site.replicas()
  await site.configure({ clusters: [] })
  await until('the cluster is gone', async () => !(await site.clusters()).some(({ name }) => name === 'lab-a'))
  await expect(site.ask(model)).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  expect(isAlive(pidOf(replica!))).toBe(true)
  await rm(hold)
  expect(await answer).toBe('finished')
  await until('its process has ended', () => Promise.resolve(!isAlive(pidOf(replica!))))
})

test('one that config.yaml has lost while the app was not running ends at the next start', { timeout: 60_000 }, async () => {
  site = await startSite({ clusters: [{ name: 'lab-a', kind: 'local', deployments: [{ model, framework: 'api', launch: scripted('--says', 'here'), keepRunning: true }] }] })
  await site.ask(model)
  const [replica] = await site.replicas()
  await site.core.close()
  expect(isAlive(pidOf(replica!))).toBe(true)
  await site.configure({ clusters: [] })
  await site.restart()
  await until('its process has ended', () => Promise.resolve(!isAlive(pidOf(replica!))))
})
