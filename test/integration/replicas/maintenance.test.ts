import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

const model = 'org/scripted'
const hourMs = 3_600_000
let site: SiteUnderTest
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  await site.close()
  for (const close of closers.splice(0)) await close()
})

const deployment = (more: object = {}): object => ({ model, framework: 'api', launch: scripted('--says', 'here'), ...more })
const here = (more: object, ...deployments: readonly object[]): object => ({ name: 'here', kind: 'local', deployments, ...more })
const announced = { maintenance: [{ from: new Date(Date.now() - hourMs).toISOString(), to: new Date(Date.now() + hourMs).toISOString(), reason: 'New disks' }] }

/** A site's page, which says what it is told to. */
async function startPage(): Promise<{ url: string; say(words: object): void }> {
  let words: object = { here: true }
  const server = createServer((_request, response) => void response.end(JSON.stringify(words))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/status`, say: (next) => void (words = next) }
}

describe('a cluster under maintenance', { timeout: 60_000 }, () => {
  test('by its announced window starts nothing, and requests are refused with the reason or go elsewhere', async () => {
    const server = await startOpenAiServer({ models: [model] })
    closers.push(() => server.close())
    site = await startSite({ clusters: [here(announced, deployment())] })
    await expect(site.ask(model)).rejects.toMatchObject({ status: 503, code: 'cluster_under_maintenance', message: expect.stringContaining('New disks, until') as string })
    expect(await site.model(model)).toMatchObject({ status: 'maintenance', reason: expect.stringContaining('New disks') as string })
    expect(await site.replicas()).toEqual([])
    await site.configure({ clusters: [here(announced, deployment()), { name: 'other', kind: 'direct', url: server.url }] })
    await until('the other cluster is known', async () => (await site.clusters()).some(({ name, models }) => name === 'other' && models.length > 0))
    await site.ask(model)
    expect(server.chats).toHaveLength(1)
  })

  test('by its status page starts nothing more, what is live serves on, and all is as before when it says so', async () => {
    const page = await startPage()
    const clusters = (aliases: object): object => ({ clusters: [here({ statusUrl: page.url }, deployment(), deployment({ model: 'org/cold' }))], federation: { aliases } })
    site = await startSite(clusters({}))
    await site.ask(model)
    page.say({ here: false })
    await site.configure(clusters({ one: [model] }))
    await until('it is known', async () => (await site.clusters())[0]?.isInMaintenance === true)
    expect(await site.model(model)).toMatchObject({ status: 'live' })
    expect(await site.ask(model)).toBe('here')
    await expect(site.ask('org/cold')).rejects.toMatchObject({ status: 503, code: 'cluster_under_maintenance' })
    page.say({ here: true })
    await site.configure(clusters({ two: [model] }))
    await until('it is over', async () => (await site.clusters())[0]?.isInMaintenance === undefined)
    expect(await site.ask('org/cold')).toBe('here')
  })
})
