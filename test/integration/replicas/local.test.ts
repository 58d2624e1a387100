import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { pidOf, scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { canMountDisk, mountSmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'
import { isAlive } from '../sites/alive'

const model = 'org/scripted'
let site: SiteUnderTest | undefined
let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'first-replicas-'))
})
afterEach(async () => {
  await site?.close()
  site = undefined
  await rm(scratch, { recursive: true, force: true })
})

const deployment = (more: object = {}): object => ({ model, framework: 'api', launch: scripted('--says', '"hello from a process"'), ...more })
const here = (...deployments: readonly object[]): object => ({ clusters: [{ name: 'here', kind: 'local', deployments }] })
const states = async (one: SiteUnderTest): Promise<string[]> => (await one.replicas()).map(({ state }) => state)

const { canMount, note } = canMountDisk()

describe('a deployment of this machine', { timeout: 60_000 }, () => {
  test('is cold, comes up for a request, answers it, and ends when the app quits', async () => {
    site = await startSite(here(deployment()))
    expect(await site.model(model)).toMatchObject({ status: 'offline', cluster: 'here', framework: 'api' })
    expect(await site.ask(model)).toBe('hello from a process')
    const [replica] = await site.replicas()
    expect(replica).toMatchObject({ state: 'live', model, attempt: 1 })
    expect(isAlive(pidOf(replica!))).toBe(true)
    await site.restart()
    expect(isAlive(pidOf(replica!))).toBe(false)
    await until('its end is known', async () => (await states(site!)).every((state) => state === 'stopped'))
  })

  test('has a second replica while one is full, and none once it is idle', async () => {
    const hold = join(scratch, 'hold')
    await writeFile(hold, '')
    site = await startSite(here(deployment({ launch: scripted('--says', 'held', '--hold-while', hold), requestsPerReplica: 1, replicas: { max: 2 }, idleTimeoutS: 2 })))
    const answers = [site.ask(model), site.ask(model)]
    await until('each has a replica of its own', async () => (await site!.replicas()).filter(({ state, inFlight }) => state === 'live' && inFlight === 1).length === 2)
    expect(await site.model(model)).toMatchObject({ status: 'live', capacity: 2 })
    await rm(hold)
    expect(await Promise.all(answers)).toEqual(['held', 'held'])
    await until('both are gone', async () => (await states(site!)).join(' ') === 'stopped stopped')
    expect(await site.model(model)).toMatchObject({ status: 'offline' })
  })

  test('that somebody kills is noticed, and the next request has another', async () => {
    site = await startSite(here(deployment({ ready: { attempts: 1 } })))
    await site.ask(model)
    const [first] = await site.replicas()
    process.kill(-pidOf(first!), 'SIGKILL')
    expect(await site.ask(model)).toBe('hello from a process')
    const replicas = await site.replicas()
    expect(replicas.find(({ id }) => id === first!.id)).toMatchObject({ state: 'failed', reason: 'Its processes are gone, and nobody saw them end: they were killed, or the machine was restarted.' })
    expect(replicas.filter(({ state }) => state === 'live')).toHaveLength(1)
  })

  test('is replaced before its walltime ends, and every request on the way is answered', async () => {
    site = await startSite(here(deployment({ walltimeS: 32 })))
    await site.ask(model)
    const [first] = await site.replicas()
    await until('another has taken its place', async () => {
      expect(await site!.ask(model)).toBe('hello from a process')
      return (await site!.replicas()).find(({ id }) => id === first!.id)?.state === 'stopped'
    })
    const replicas = await site.replicas()
    expect(replicas.find(({ id }) => id === first!.id)?.reason).toBe('Another has taken its place before its walltime ends.')
    expect(replicas.find(({ state }) => state === 'live')?.requestedAtMs).toBeLessThan(first!.requestedAtMs + 32_000)
  })

  test('that dies at its start says what it printed, to the request and on the page', async () => {
    site = await startSite(here(deployment({ launch: scripted('--crash-at-start', '"no such weights: /models/x"', '--exit-code', '3'), ready: { attempts: 1 } })))
    await expect(site.ask(model)).rejects.toMatchObject({ status: 503, code: 'model_failed', message: expect.stringContaining('no such weights: /models/x') as string })
    expect((await site.replicas())[0]).toMatchObject({ state: 'failed', logTail: expect.stringContaining('no such weights: /models/x') as string })
    expect(await site.model(model)).toMatchObject({ status: 'failed', reason: expect.stringContaining('exit code 3') as string })
  })

  test('gets a secret of its environment, which is in no log', async () => {
    process.env['FD_TEST_SECRET'] = 'a secret of the test ${model}'
    try {
      const told = join(scratch, 'told')
      site = await startSite(here(deployment({ launch: `/bin/sh -c 'printf %s "$\${TOKEN}" >${told}; exec "$@"' sh ${scripted('--says', 'told')}`, env: { TOKEN: '${env:FD_TEST_SECRET}' } })))
      expect(await site.ask(model)).toBe('told')
      expect(await readFile(told, 'utf8')).toBe('a secret of the test ${model}')
      await site.core.close()
      expect(await site.log()).toContain('a replica was started')
      expect(await site.log()).not.toContain('a secret of the test')
    } finally {
      delete process.env['FD_TEST_SECRET']
    }
  })
})

describe('a deployment that cannot be started', { timeout: 60_000 }, () => {
  test('for want of its engine says so, and its requests go where the model is served', async () => {
    const server = await startOpenAiServer({ models: [model] })
    try {
      const config = here(deployment({ launch: 'no-such-engine --port ${port}' }))
      site = await startSite(config)
      await expect(site.ask(model)).rejects.toMatchObject({ status: 503, code: 'model_failed', message: expect.stringContaining('no-such-engine, was not found: it is in no folder of PATH') as string })
      expect(await site.model(model)).toMatchObject({ status: 'failed', reason: expect.stringContaining('no-such-engine') as string })
      await site.configure({ clusters: [...(config as { clusters: object[] }).clusters, { name: 'other', kind: 'direct', url: server.url }] })
      await until('the other cluster is known', async () => (await site!.clusters()).some(({ name, models }) => name === 'other' && models.length > 0))
      await site.ask(model)
      expect(server.chats).toHaveLength(1)
    } finally {
      await server.close()
    }
  })

  test.runIf(canMount)(`for want of disk says so at once${note}`, async () => {
    const disk = mountSmallDisk(1)!
    try {
      site = await startSite(here(deployment()), { prepare: async (dataDir) => {
        await mkdir(join(dataDir, 'clusters'))
        await symlink(disk.path, join(dataDir, 'clusters/here'))
      } })
      await expect(site.ask(model)).rejects.toMatchObject({ code: 'model_failed', message: expect.stringMatching(/The disk of .* has .* free/) as string })
      expect((await site.replicas())[0]).toMatchObject({ state: 'failed', reason: expect.stringMatching(/The disk of .* has .* free/) as string })
    } finally {
      await site?.close()
      disk.remove()
    }
  })

  test('and whose log cannot be read says both', async () => {
    site = await startSite(here(deployment({ launch: `/bin/sh -c 'rm log; mkdir log; exit 3'`, ready: { attempts: 1 } })))
    await expect(site.ask(model)).rejects.toMatchObject({ code: 'model_failed' })
    expect((await site.replicas())[0]?.logTail).toMatch(/^\(The log, .*, cannot be read: EISDIR/)
  })
})
