import { afterEach, describe, expect, it } from 'vitest'
import { connectAmqp } from '@main/clusters/globus-compute/amqp-connection'
import type { Broker } from '../../../doubles/globus/compute/broker/broker'
import { until } from '../../../fixtures/until'
import { deployment, forever, say, startComputeCluster, type ComputeCluster, type ComputeClusterOptions } from './compute-cluster'

const closes: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

const urlRoute = 'GET /v2/get_amqp_result_connection_url'
const pollRoute = 'POST /v2/batch_status'

async function start(options?: ComputeClusterOptions): Promise<ComputeCluster & { readonly broker: Broker }> {
  const cluster = await startComputeCluster({ hasResultQueues: true, ...options })
  closes.push(() => cluster.close())
  return Object.assign(cluster, { broker: cluster.globus.compute.broker! })
}

async function connected(options?: ComputeClusterOptions) {
  const cluster = await start(options)
  const lease = await cluster.adapter.acquire(deployment, forever)
  await cluster.broker.seen(1)
  // One that may have gone before the way was open.
  await say(lease, 'warm up')
  return { ...cluster, lease }
}

const wantsQueue = (submission: object | undefined): boolean => (submission as { create_queue: boolean } | undefined)?.create_queue === true

describe('results that are sent', () => {
  it('come without a question, and are acknowledged', async () => {
    const { globus, broker, lease } = await connected({ config: { pollS: 5 } })
    const asked = globus.calls.count('compute', pollRoute)
    const answers = await Promise.all(Array.from({ length: 5 }, (_, at) => say(lease, `number ${at}`)))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(wantsQueue(globus.compute.submissions.at(-1))).toBe(true)
    expect(globus.calls.count('compute', pollRoute)).toBeLessThanOrEqual(asked + 1)
    await until('all are acknowledged', () => Promise.resolve(broker.left() === 0))
    expect(globus.calls.count('compute', urlRoute)).toBe(1)
  })

  it('say what went wrong in the function', async () => {
    const { lease } = await connected()
    expect((await say(lease, 'raise')).error?.message).toContain('ValueError: no such GPU')
  })

  it('are asked for while the connection is gone, which comes back with another password', async () => {
    let release = (): void => undefined
    const { globus, broker, adapter, lease } = await connected()
    globus.compute.endpoints.set(globus.compute.endpoints.all()[0]!.id, { holdUntil: new Promise<void>((resolve) => (release = resolve)) })
    const one = say(lease, 'one')
    await globus.calls.seen('compute', 'POST /v3/endpoints/:id/submit', 2)
    broker.cut()
    release()
    expect((await one).status).toBe(200)
    const next = await adapter.acquire(deployment, forever)
    await broker.seen(2)
    expect((await say(next, 'two')).status).toBe(200)
    expect(globus.calls.count('compute', urlRoute)).toBe(2)
  })

  it('of several groups are told apart', async () => {
    const { lease } = await connected()
    const first = say(lease, 'first')
    const answers = await Promise.all([first, first.then(() => say(lease, 'second')), say(lease, 'third')])
    expect(answers.map(({ text }) => /first|second|third/.exec(text)?.[0])).toEqual(['first', 'second', 'third'])
  })
})

describe('results are asked for', () => {
  it('where the service sends none, and no queue is made', async () => {
    const { globus, adapter } = await startComputeCluster().then((cluster) => (closes.push(() => cluster.close()), cluster))
    expect((await say(await adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
    expect(wantsQueue(globus.compute.submissions[0])).toBe(false)
    expect(globus.calls.count('compute', urlRoute)).toBe(1)
  })

  it.each([
    ['nothing listens there', 'amqp://ada:secret@127.0.0.1:1'],
    ['the way there is not secure', 'amqp://ada:secret@broker.example'],
    ['it is no address', 'somewhere'],
  ])('where %s', async (_name, url) => {
    const { globus, broker, adapter } = await start()
    globus.faults.set('compute', urlRoute, { kind: 'status', status: 200, body: { queue_prefix: 'p.', connection_url: url } })
    const lease = await adapter.acquire(deployment, forever)
    await globus.calls.seen('compute', urlRoute, 1)
    expect([(await say(lease, 'one')).status, (await say(lease, 'two')).status]).toEqual([200, 200])
    expect([globus.calls.count('compute', urlRoute), broker.opened]).toEqual([1, 0])
  })
})

describe('the broker of the double', () => {
  it('lets nobody in with an earlier password, and nobody at another one’s queue', async () => {
    const { broker } = await start()
    const old = broker.urlFor('eve')
    const url = broker.urlFor('eve')
    await expect(connectAmqp(old, () => undefined)).rejects.toThrow('ACCESS_REFUSED')
    broker.declare('queue', 'ada')
    const connection = await connectAmqp(url, () => undefined)
    await expect(connection.consume('queue', () => undefined, () => undefined)).rejects.toThrow()
    await expect(connection.consume('none', () => undefined, () => undefined)).rejects.toThrow()
    await connection.close()
  })

  it('sends what was not acknowledged again, in its order, also what fills several frames', async () => {
    const { broker } = await start()
    broker.declare('queue', 'ada')
    const texts = ['one', 'x'.repeat(300_000), 'three']
    for (const text of texts) broker.publish('queue', Buffer.from(text))
    const first = await connectAmqp(broker.urlFor('ada'), () => undefined)
    const seen: string[] = []
    await first.consume('queue', (body, acknowledge) => {
      if (seen.push(body.toString()) === 1) acknowledge()
    }, () => undefined)
    await until('all have come', () => Promise.resolve(seen.length === 3 && broker.left() === 2))
    await first.close()
    const again: string[] = []
    const second = await connectAmqp(broker.urlFor('ada'), () => undefined)
    await second.consume('queue', (body, acknowledge) => {
      again.push(body.toString())
      acknowledge()
    }, () => undefined)
    await until('the rest is acknowledged', () => Promise.resolve(broker.left() === 0))
    expect([seen, again]).toEqual([texts, texts.slice(1)])
    await second.close()
  })
})
