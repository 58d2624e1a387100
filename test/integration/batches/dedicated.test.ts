import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI, { toFile } from 'openai'
import type { Batch } from 'openai/resources'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Replica } from '@shared/domain/replica'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { startCli, type Running } from '../../fixtures/cli-process'
import { openClient } from '../../fixtures/rpc-client'
import { pidOf, scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'
import { isAlive } from '../sites/alive'

const model = 'org/scripted'
let holds: string
beforeEach(async () => {
  holds = await mkdtemp(join(tmpdir(), 'first-holds-'))
})
afterEach(() => rm(holds, { recursive: true, force: true }))
/** While this file is there, that replica gives no answer. */
const holdOf = ({ id }: Replica): string => join(holds, id)
/** Each engine answers with the id of the process that stands for its replica, which has started it. */
const tellsWho = (...args: readonly string[]): string => `/bin/sh -c 'exec "$@" --says $PPID --hold-while ${holds}/$FIRST_REPLICA' sh ${scripted(...args)}`
const configOf = (more: object = {}): object => ({
  clusters: [{ name: 'here', kind: 'local', deployments: [{ model, framework: 'api', launch: tellsWho('--whole-ms', '40'), requestsPerReplica: 2, replicas: { max: 2 }, batch: { dedicated: true }, ...more }] }],
})

async function submit(client: OpenAI, count: number): Promise<string> {
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify({ custom_id: `c-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: `Question ${index}` }] } }))
  const file = await client.files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'questions.jsonl'), purpose: 'batch' })
  return (await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })).id
}
async function ended(client: OpenAI, id: string, status: Batch['status'] = 'completed'): Promise<Batch> {
  let batch: Batch | undefined
  await until(`the batch is ${status}`, async () => (batch = await client.batches.retrieve(id)).status === status, { timeoutMs: 40_000 })
  return batch!
}
/** The processes that have answered its requests. */
async function answeredBy(client: OpenAI, { output_file_id }: Batch): Promise<{ readonly count: number; readonly pids: readonly number[] }> {
  const text = await (await client.files.content(output_file_id ?? '')).text()
  const answers = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { response: { body: OpenAI.ChatCompletion } }).response.body.choices[0]?.message.content)
  return { count: answers.length, pids: [...new Set(answers.map(Number))].sort((a, b) => a - b) }
}
const doneOf = async (client: OpenAI, id: string): Promise<number> => (await client.batches.retrieve(id)).request_counts?.completed ?? 0
const ofBatch = (replicas: readonly Replica[], id: string): Replica | undefined => replicas.find(({ batch, state }) => batch === id && state !== 'stopped' && state !== 'failed')

describe('a batch with a replica of its own', { timeout: 60_000 }, () => {
  let site: SiteUnderTest
  afterEach(() => site.close())
  const own = async (id: string): Promise<Replica | undefined> => ofBatch(await site.replicas(), id)

  test('runs there alone while a person is served by another, and its replica is gone at its end', async () => {
    site = await startSite(configOf())
    const client = site.client()
    const id = await submit(client, 150)
    await until('it runs', async () => (await doneOf(client, id)) > 0)
    const mine = await own(id)
    await writeFile(holdOf(mine!), '')
    expect(mine).toMatchObject({ state: 'live', batch: id })
    expect(await site.model(model)).toMatchObject({ status: 'offline', batchReplica: { capacity: 2 } })

    const people = Number(await site.ask(model))
    expect((await client.batches.retrieve(id)).status).toBe('in_progress')
    const replicas = await site.replicas()
    expect(replicas.filter(({ state }) => state === 'live').map((replica) => [pidOf(replica), replica.batch])).toEqual(expect.arrayContaining([[pidOf(mine!), id], [people, undefined]]))
    const jobs = (await (await fetch(`${site.core.url}/resource_server/here/jobs`, { headers: { authorization: `Bearer ${site.core.ownerKey}` } })).json()) as Record<string, unknown>
    expect(jobs).toMatchObject({ running: [{ 'Model Status': 'running', 'Job ID': expect.any(String) as string }, { Models: 'guide' }], private_batch_running: [{ 'Batch ID': id }] })

    await rm(holdOf(mine!))
    expect(await answeredBy(client, await ended(client, id))).toEqual({ count: 150, pids: [pidOf(mine!)] })
    await until('its replica is gone', () => Promise.resolve(!isAlive(pidOf(mine!))))
    expect(isAlive(people)).toBe(true)
  })

  test('gets another where its own dies, and every request has its answer', async () => {
    site = await startSite(configOf())
    const client = site.client()
    const id = await submit(client, 120)
    await until('it runs', async () => (await doneOf(client, id)) > 0)
    const first = await own(id)
    process.kill(-pidOf(first!), 'SIGKILL')
    const { count, pids } = await answeredBy(client, await ended(client, id))
    expect([count, pids.length]).toEqual([120, 2])
    expect((await site.replicas()).map(({ batch }) => batch)).toEqual([id, id])
  })

  test('gives it back when it is cancelled, and a while after it is held', async () => {
    site = await startSite(configOf({ idleTimeoutS: 1 }))
    const client = site.client()
    const id = await submit(client, 5_000)
    await until('it runs', async () => (await doneOf(client, id)) > 0)
    const first = await own(id)
    const order = (what: string) => fetch(`${site.core.url}/v1/batches/${id}/${what}`, { method: 'POST', headers: { authorization: `Bearer ${site.core.ownerKey}` } })
    await order('pause')
    await until('its replica is gone', () => Promise.resolve(!isAlive(pidOf(first!))))
    const done = await doneOf(client, id)
    await order('resume')
    await until('it goes on', async () => (await doneOf(client, id)) > done)
    const second = await own(id)
    expect(second?.id).not.toBe(first?.id)
    await client.batches.cancel(id)
    await ended(client, id, 'cancelled')
    await until('its second replica is gone', () => Promise.resolve(!isAlive(pidOf(second!))))
  })
})

describe('the app as a process of its own, ended by kill -9', { timeout: 60_000 }, () => {
  let app: BuiltApp
  let folder: string
  let running: Running | undefined
  let pids: readonly number[] = []
  beforeAll(async () => {
    app = await buildApp()
  })
  afterAll(() => app.remove())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'first-dedicated-'))
    await mkdir(join(folder, 'data'), { mode: 0o700 })
    await writeFile(join(folder, 'data/config.yaml'), stringify(configOf()))
  })
  afterEach(async () => {
    running?.kill('SIGKILL')
    for (const pid of pids.filter(isAlive)) process.kill(-pid, 'SIGKILL')
    await running?.ended
    await rm(folder, { recursive: true, force: true })
  })

  /** Started, with what asks it. */
  const start = async () => {
    running = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')])
    const { origin } = new URL(/http:\S+/.exec(await running.readyLine)?.[0] ?? '')
    const apiKey = (await readFile(join(folder, 'data/local.key'), 'utf8')).trim()
    const replicas = async (): Promise<readonly Replica[]> => {
      const { core, socket } = await openClient(origin, { authorization: `Bearer ${apiKey}` })
      try {
        return (await core.clusters.refresh({})).flatMap(({ replicas: there = [] }) => there)
      } finally {
        socket.close()
      }
    }
    return { client: new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 }), replicas }
  }

  test('finds the replica of a batch again, goes on there, and ends it with the batch', async () => {
    const before = await start()
    const id = await submit(before.client, 200)
    await until('it runs', async () => (await doneOf(before.client, id)) > 0)
    const first = ofBatch(await before.replicas(), id)
    pids = [pidOf(first!)]
    await writeFile(holdOf(first!), '')
    running!.kill('SIGKILL')
    await running!.ended.catch(() => undefined)
    expect(pids.filter(isAlive)).toEqual(pids)

    const after = await start()
    await until('it goes on', async () => (await after.client.batches.retrieve(id)).status === 'in_progress' && (await after.replicas()).some(({ inFlight = 0 }) => inFlight > 0))
    expect((await after.replicas()).map((replica) => [replica.id, replica.batch])).toEqual([[first!.id, id]])
    await rm(holdOf(first!))
    expect(await answeredBy(after.client, await ended(after.client, id))).toEqual({ count: 200, pids })
    await until('its replica is gone', () => Promise.resolve(!pids.some(isAlive)))
  })
})
