import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from '@orpc/server'
import { toFile } from 'openai'
import type { Batch } from 'openai/resources'
import { afterEach, describe, expect, test } from 'vitest'
import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

let site: SiteUnderTest
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await site.close()
  for (const end of ends.splice(0)) await end()
})

async function submit(model: string, count: number): Promise<string> {
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify({ custom_id: `c-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: `Question ${index}` }] } }))
  const file = await site.client().files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'questions.jsonl'), purpose: 'batch' })
  return (await site.client().batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })).id
}
const batchOf = (id: string): Promise<Batch> => site.client().batches.retrieve(id)

describe('a batch', { timeout: 60_000 }, () => {
  test('takes what people leave of a place, and the rest once they have gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'first-beside-'))
    ends.push(() => rm(folder, { recursive: true, force: true }))
    const hold = join(folder, 'hold')
    await writeFile(hold, '')
    site = await startSite({ clusters: [{ name: 'here', kind: 'local', deployments: [{ model: 'm', framework: 'api', launch: scripted('--hold-while', hold), requestsPerReplica: 4 }] }] })
    const people = [site.ask('m'), site.ask('m'), site.ask('m')]
    const has = (count: number) => until(`the place has ${count} requests`, async () => (await site.replicas()).some(({ inFlight }) => inFlight === count))
    await has(3)
    const id = await submit('m', 40)
    await has(4)
    const [shown] = await call(site.core.router.batches.list, undefined)
    expect(shown).toMatchObject({ id, inFlight: 1 })
    await rm(hold)
    await Promise.all(people)
    await until('the batch is done', async () => (await batchOf(id)).status === 'completed')
  })

  test('that is paused leaves its part to the others, by whichever name they ask', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'first-beside-'))
    ends.push(() => rm(folder, { recursive: true, force: true }))
    const hold = join(folder, 'hold')
    await writeFile(hold, '')
    site = await startSite({
      clusters: [{ name: 'here', kind: 'local', deployments: [{ model: 'm', framework: 'api', launch: scripted('--hold-while', hold), requestsPerReplica: 4 }] }],
      federation: { aliases: { fast: ['m'] } },
    })
    const inFlight = async (id: string): Promise<number | undefined> => (await call(site.core.router.batches.list, undefined)).find((batch) => batch.id === id)?.inFlight
    const has = (id: string, count: number) => until(`${id} has ${count} requests under way`, async () => (await inFlight(id)) === count)
    const big = await submit('m', 400)
    await has(big, 4)
    await call(site.core.router.batches.setPaused, { id: big, isPaused: true })
    await rm(hold)
    await has(big, 0)
    await writeFile(hold, '')
    const small = await submit('fast', 8)
    await has(small, 4)
    await rm(hold)
    await until('the small one is done', async () => (await batchOf(small)).status === 'completed')
  })

  test('of a model that several clusters serve is split over them', async () => {
    const servers = await Promise.all([startOpenAiServer({ models: ['m'] }), startOpenAiServer({ models: ['m'] })])
    ends.push(...servers.map((server) => () => server.close()))
    site = await startSite({ clusters: servers.map(({ url }, index) => ({ name: `server-${index}`, kind: 'direct', url, profile: 'other' })) })
    await until('both are known', async () => (await site.clusters()).filter(({ models }) => models.some(({ id }) => id === 'm')).length === 2)
    const id = await submit('m', 400)
    await until('the batch is done', async () => (await batchOf(id)).status === 'completed')
    const shares = servers.map(({ chats }) => chats.length)
    expect(shares.reduce((sum, share) => sum + share)).toBe(400)
    expect(Math.min(...shares)).toBeGreaterThan(40)
  })
})
