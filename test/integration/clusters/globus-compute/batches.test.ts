import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchService, SiteBatch } from '@main/batches/service/batch-service'
import type { BatchLine } from '@main/batches/run/run-batch'
import { readSiteLine, siteRequest, type SiteResult } from '@main/batches/service/site-line'
import { realTimers, type Timers } from '@main/clusters/local/timers'
import { ids } from '../../../doubles/globus/usual-world'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { until } from '../../../fixtures/until'
import { deployment, endpoint, forever, startComputeCluster, type ComputeCluster, type ComputeClusterOptions } from './compute-cluster'

const closes: (() => Promise<unknown>)[] = []
let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fd-orders-'))
  closes.push(() => rm(dir, { recursive: true, force: true }))
})
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

const small = { tasksAtOnce: 2, requestsAtOnce: 2, linesPerTask: 3, taskS: 900 }
const step = { ending: forever, onWait: () => undefined }
const submitRoute = 'POST /v3/endpoints/:id/submit'

async function start(options: ComputeClusterOptions & { readonly batch?: object | false } = {}): Promise<{ readonly server: OpenAiServer; readonly cluster: ComputeCluster }> {
  const server = await startOpenAiServer({ models: ['m'] })
  const cluster = await startComputeCluster({ models: [{ model: 'm', url: server.url, batch: options.batch ?? small }], config: { pollS: 0.6 }, ...options })
  closes.push(() => server.close(), () => cluster.close())
  return { server, cluster }
}

const lineOf = (index: number, text = `question ${index}`): BatchLine => ({ index, customId: `q${index}`, fields: { model: 'm', messages: [{ role: 'user', content: text }] } })
const linesOf = (count: number): BatchLine[] => Array.from({ length: count }, (_, index) => lineOf(index))
const serviceOf = (cluster: ComputeCluster): BatchService => cluster.adapter.batchService!(deployment, '/v1/chat/completions', 'batch_1')!

interface Ran {
  readonly ended: SiteBatch
  readonly results: readonly SiteResult[]
}

async function submit(cluster: ComputeCluster, lines: readonly BatchLine[], key = 'batch_1'): Promise<string> {
  const path = join(dir, key)
  await writeFile(path, lines.map((line) => siteRequest(line, '/v1/chat/completions')).join(''))
  return serviceOf(cluster).submit({ path, endpoint: '/v1/chat/completions', key }, forever, step)
}

async function finished(cluster: ComputeCluster, id: string): Promise<Ran> {
  const service = serviceOf(cluster)
  let ended: SiteBatch | undefined
  await until('the order is over', async () => (ended = await service.status(id, forever)).status !== 'running')
  const results: SiteResult[] = []
  for (const file of ended!.resultFiles) for await (const text of createInterface({ input: Readable.from(service.results(file, forever, step)) })) results.push(readSiteLine(text)!)
  return { ended: ended!, results }
}

const run = async (cluster: ComputeCluster, lines: readonly BatchLine[]): Promise<Ran> => finished(cluster, await submit(cluster, lines))
const indexes = ({ results }: Ran): number[] => results.map(({ result: { index } }) => index).sort((a, b) => a - b)
const says = (word: string, messages: unknown): boolean => JSON.stringify(messages).includes(word)

describe('a batch on a cluster behind Globus Compute', () => {
  it('is done there in tasks of many requests, each with one result', async () => {
    const { server, cluster } = await start()
    server.behave(({ messages }) => (says('question 4', messages) ? { kind: 'status', status: 400 } : { kind: 'answer' }))
    const ran = await run(cluster, linesOf(10))
    expect(indexes(ran)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(ran.results.find(({ result }) => result.index === 4)?.result).toMatchObject({ customId: 'q4', response: { status: 400 } })
    expect(ran.results.find(({ result }) => result.index === 7)).toMatchObject({ result: { response: { status: 200 } }, usage: { outputTokens: expect.any(Number) as number } })
    expect(ran.ended).toMatchObject({ status: 'ended', completed: 9, failed: 1 })
    expect(server.chats).toHaveLength(10)
    expect(cluster.globus.compute.tasks.all()).toHaveLength(4)
  })

  it('tells how far it is, task by task', async () => {
    let answer = (): void => undefined
    const { server, cluster } = await start({ batch: { ...small, tasksAtOnce: 1 } })
    server.behave(({ messages }) => (says('question 5', messages) ? { kind: 'answer', startWhen: new Promise<void>((resolve) => (answer = resolve)) } : { kind: 'answer' }))
    const id = await submit(cluster, linesOf(6))
    await server.seen(6)
    const service = serviceOf(cluster)
    await until('the first task is done', async () => (await service.status('batch_1', forever)).completed === 3)
    expect(await service.status('batch_1', forever)).toMatchObject({ status: 'running', resultFiles: [] })
    answer()
    expect(indexes(await finished(cluster, id))).toHaveLength(6)
  })

  it.each(['restart', 'crash'] as const)('goes on after a %s, and sends nothing twice', async (how) => {
    let release = (): void => undefined
    const { server, cluster } = await start({ endpoint: { holdUntil: new Promise<void>((resolve) => (release = resolve)) } })
    const id = await submit(cluster, linesOf(8))
    await until('two tasks are there', () => Promise.resolve(cluster.globus.compute.tasks.all().length === 2))
    await cluster[how]()
    release()
    const after = await finished(cluster, id)
    expect(indexes(after)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(server.chats).toHaveLength(8)
    expect(cluster.globus.compute.tasks.all()).toHaveLength(3)
  })

  it('is found by its key where its id was lost', async () => {
    const { server, cluster } = await start()
    await run(cluster, linesOf(2))
    const service = serviceOf(cluster)
    expect([await service.find('batch_1', forever, step), await service.find('batch_2', forever, step)]).toEqual(['batch_1', undefined])
    expect(indexes(await run(cluster, linesOf(2)))).toEqual([0, 1])
    expect(server.chats).toHaveLength(2)
    await service.finish!(forever)
    expect(await service.find('batch_1', forever, step)).toBeUndefined()
    expect(await readdir(join(cluster.dir, 'batches'))).toEqual([])
  })

  it('is cancelled with what it has, and sends no more', async () => {
    const { server, cluster } = await start({ batch: { ...small, tasksAtOnce: 1 } })
    server.behave(({ messages }) => (says('question 4', messages) ? { kind: 'hang' } : { kind: 'answer' }))
    const id = await submit(cluster, linesOf(9))
    await server.seen(5)
    await serviceOf(cluster).cancel(id, forever)
    const ran = await finished(cluster, id)
    expect(indexes(ran)).toEqual([0, 1, 2])
    expect(cluster.globus.compute.tasks.all()).toHaveLength(2)
  })

  it('asks again for what a task had no room or no time for', async () => {
    const { server, cluster } = await start({ batch: { ...small, linesPerTask: 20, requestsAtOnce: 1, tasksAtOnce: 1 } })
    const long = 'x'.repeat(1_500_000)
    server.behave({ kind: 'answer', text: long })
    const ran = await run(cluster, linesOf(5))
    expect(indexes(ran)).toEqual([0, 1, 2, 3, 4])
    expect(cluster.globus.compute.tasks.all().length).toBeGreaterThan(1)
  })

  it('leaves to be done one by one what has no answer there', async () => {
    const { server, cluster } = await start()
    server.behave(({ messages }) => (says('question 1', messages) ? { kind: 'status', status: 503 } : { kind: 'answer' }))
    const some = await run(cluster, linesOf(3))
    expect([indexes(some), some.ended.status]).toEqual([[0, 2], 'ended'])
  })

  it('of a function that cannot run there fails, and says why', async () => {
    const { cluster } = await start({ models: [{ model: 'm', function: { source: 'import no_such_module\ndef f(parameters):\n    return {}\n' }, batch: small }] })
    const ran = await run(cluster, linesOf(30))
    expect(ran.results).toEqual([])
    expect(ran.ended).toMatchObject({ status: 'failed', reason: expect.stringContaining('no_such_module') as string })
  })

  it('calls the model’s own function where that is Python source', async () => {
    const source = 'import json\nprefix = "said "\ndef answer(parameters):\n    params = parameters["model_params"]\n    return json.dumps({"text": prefix + params["messages"][0]["content"], "path": params["openai_endpoint"]})\n'
    const { cluster } = await start({ models: [{ model: 'm', function: { source }, batch: small }] })
    const { results } = await run(cluster, linesOf(2))
    expect(results.map(({ result }) => JSON.parse('response' in result ? result.response.body.toString() : '') as unknown)).toContainEqual({ text: 'said question 1', path: 'chat/completions' })
  })

  it('brings its results back from an older endpoint, and by a queue', async () => {
    const old = await start({ endpoint: { resultForm: 'dill' } })
    expect(indexes(await run(old.cluster, [lineOf(0, 'é 🙂'), lineOf(1)]))).toEqual([0, 1])
    const sent = await start({ hasResultQueues: true })
    serviceOf(sent.cluster)
    await sent.cluster.globus.compute.broker!.seen(1)
    expect(indexes(await run(sent.cluster, linesOf(7)))).toHaveLength(7)
    await until('all are acknowledged', () => Promise.resolve(sent.cluster.globus.compute.broker!.left() === 0))
  })

  it('waits while the endpoint is offline, and says why', async () => {
    const { cluster } = await start({ endpoint: { isOnline: false } })
    const service = serviceOf(cluster)
    const id = await submit(cluster, linesOf(1))
    await until('it says so', async () => (await service.status(id, forever)).waits?.includes('is offline') === true)
    expect(cluster.globus.calls.count('compute', submitRoute)).toBe(0)
  })
})

describe('a sign-in that is needed in the midst of a batch', () => {
  it('holds it, and it goes on by itself after it, with nothing sent twice', async () => {
    // What rests for long is looked at again soon.
    const hurried: Timers = { now: () => realTimers.now(), after: (ms, callback) => realTimers.after(ms > 5_000 ? 200 : ms, callback) }
    const { server, cluster } = await start({ timers: hurried, batch: { ...small, tasksAtOnce: 1 } })
    let answer = (): void => undefined
    server.behave(({ messages }) => (says('question 2', messages) ? { kind: 'answer', startWhen: new Promise<void>((resolve) => (answer = resolve)) } : { kind: 'answer' }))
    const id = await submit(cluster, linesOf(9))
    await server.seen(3)
    cluster.globus.compute.endpoints.set(endpoint, { policies: [ids.policy] })
    cluster.globus.clock.advance({ hours: 2 })
    answer()
    await until('it waits for the sign-in', async () => /sign/i.test((await serviceOf(cluster).status(id, forever)).waits ?? ''))
    cluster.globus.compute.endpoints.set(endpoint, { policies: [] })
    const ran = await finished(cluster, id)
    expect(indexes(ran)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(ran.ended.waits).toBeUndefined()
    expect(server.chats).toHaveLength(9)
  })
})

describe('no batch service is there', () => {
  it.each([
    ['for a function that is known by its id alone', [{ model: 'm', function: { id: 'f0f0f0f0-0000-4000-8000-000000000001' } }], '/v1/chat/completions'],
    ['where it is turned off', [{ model: 'm', url: 'http://localhost:1/v1', batch: false }], '/v1/chat/completions'],
    ['for an operation that the model does not have', [{ model: 'm', url: 'http://localhost:1/v1' }], '/v1/embeddings'],
    ['for a model that is not here', [{ model: 'other', url: 'http://localhost:1/v1' }], '/v1/chat/completions'],
  ] as const)('%s', async (_name, models, batchEndpoint) => {
    const { cluster } = await start({ models })
    expect(cluster.adapter.batchService!(deployment, batchEndpoint, 'batch_1')).toBeUndefined()
    expect(cluster.globus.compute.endpoints.all()[0]?.id).toBe(endpoint)
  })

  it('for a name that would leave its folder', async () => {
    const { cluster } = await start()
    await expect(serviceOf(cluster).status('../batch_1', forever)).rejects.toMatchObject({ code: 'batch_not_found' })
    await expect(serviceOf(cluster).status('batch_unknown', forever)).rejects.toMatchObject({ code: 'batch_not_found' })
  })
})
