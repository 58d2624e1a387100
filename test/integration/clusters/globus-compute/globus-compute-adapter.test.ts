import { afterEach, describe, expect, it } from 'vitest'
import { startOpenAiServer } from '../../../doubles/openai-server/openai-server'
import { ids } from '../../../doubles/globus/usual-world'
import { deployment, endpoint, forever, say, startComputeCluster, type ComputeCluster, type ComputeClusterOptions } from './compute-cluster'

const closes: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

async function start(options?: ComputeClusterOptions): Promise<ComputeCluster> {
  const cluster = await startComputeCluster(options)
  closes.push(() => cluster.close())
  return cluster
}

const submitRoute = 'POST /v3/endpoints/:id/submit'

describe('a request to a cluster behind Globus Compute', () => {
  it('runs the function with the request, and registers it once', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    expect((await say(lease, 'é 🙂', { temperature: 0.5 })).body).toMatchObject({ choices: [{ message: { content: 'é 🙂' } }], asked: { model: 'm', temperature: 0.5, openai_endpoint: 'chat/completions' } })
    expect((await say(lease, 'object')).body).toMatchObject({ choices: [{ message: { content: 'as it is' } }], score: null })
    expect(globus.calls.count('compute', 'POST /v3/functions')).toBe(1)
  })

  it('goes with others in one submission, and their ends are asked for together', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => say(lease, `number ${at}`)))
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 30 }, (_, at) => expect.objectContaining({ asked: expect.objectContaining({ messages: [{ role: 'user', content: `number ${at}` }] }) as unknown }) as unknown))
    expect(globus.calls.count('compute', submitRoute)).toBeLessThanOrEqual(5)
  })

  it('asks a server on the cluster where the model has an address, and brings its errors back', async () => {
    const server = await startOpenAiServer({ models: ['m'] })
    closes.push(() => server.close())
    const { adapter } = await start({ models: [{ model: 'm', url: server.url }] })
    const lease = await adapter.acquire(deployment, forever)
    expect((await say(lease, 'hello')).body).toMatchObject({ choices: [{ message: { role: 'assistant' } }] })
    const refused = await say({ ...lease }, 'hello', { model: 'm', messages: 'none' })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.error).toBeUndefined()
  })

  it('that nobody waits for any more is not asked about', async () => {
    let release = (): void => undefined
    const { globus, adapter } = await start({ endpoint: { holdUntil: new Promise<void>((resolve) => (release = resolve)) } })
    const lease = await adapter.acquire(deployment, forever)
    const caller = new AbortController()
    const left = say(lease, 'hello', {}, caller.signal)
    await globus.calls.seen('compute', 'POST /v2/batch_status', 1)
    caller.abort()
    await expect(left).rejects.toThrow()
    const next = say(lease, 'second')
    await globus.calls.seen('compute', submitRoute, 2)
    const { text } = await globus.calls.seen('compute', 'POST /v2/batch_status', globus.calls.count('compute', 'POST /v2/batch_status') + 1)
    expect((JSON.parse(text) as { task_ids: string[] }).task_ids).toHaveLength(1)
    release()
    expect((await next).status).toBe(200)
  })

  it('wants the key of this cluster', async () => {
    const { adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    expect((await say({ ...lease, headers: { authorization: 'Bearer other' } }, 'hello')).status).toBe(401)
    expect((await say({ ...lease, headers: {} }, 'hello')).status).toBe(401)
  })
})

describe('what goes wrong there', () => {
  it('in the function is said by the last line of its traceback', async () => {
    const { adapter } = await start()
    const { status, error } = await say(await adapter.acquire(deployment, forever), 'raise')
    expect([status, error?.code]).toEqual([502, 'upstream_error'])
    expect(error?.message).toContain('ValueError: no such GPU')
    expect(error?.message).not.toContain('Traceback')
  })

  it('is told of a result that is no answer', async () => {
    const { adapter } = await start()
    expect((await say(await adapter.acquire(deployment, forever), 'number')).error).toMatchObject({ code: 'upstream_garbled' })
  })

  it('with a request that is too large is a body that is too large', async () => {
    const { globus, adapter } = await start()
    globus.compute.limits = { ...globus.compute.limits, payloadBytes: 2000 }
    expect((await say(await adapter.acquire(deployment, forever), 'x'.repeat(4000))).error).toMatchObject({ code: 'body_too_large' })
  })

  it('with a policy of the endpoint asks for the sign-in that mends it', async () => {
    const { adapter, globus } = await start()
    const lease = await adapter.acquire(deployment, forever)
    globus.compute.endpoints.set(endpoint, { policies: [ids.policy] })
    globus.clock.advance({ hours: 2 })
    const { status, error } = await say(lease, 'hello')
    expect([status, error?.code]).toEqual([401, 'sign_in_needed'])
    expect(error?.info).toMatchObject({ site: 'alcf', reason: { kind: 'policy', session: { policies: [ids.policy] } } })
  })

  it('with a token that has ended is tried again with another', async () => {
    const { adapter, refusals } = await start({ tokens: ['ended'] })
    expect((await say(await adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
    expect(refusals).toMatchObject([{ kind: 'sign_in', mayRenew: true }])
  })

  it('by asking too often is waited out', async () => {
    const { globus, adapter } = await start()
    globus.faults.once('compute', submitRoute, { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: { status: 'Failed', code: 'TOO_MANY_REQUESTS' } })
    expect((await say(await adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
    expect(globus.calls.count('compute', submitRoute)).toBe(2)
  })

  it('with a function that Globus Compute has lost is mended by the next request', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    expect((await say(lease, 'hello')).status).toBe(200)
    globus.compute.functions.clear()
    expect((await say(lease, 'hello')).error).toMatchObject({ code: 'not_found' })
    expect((await say(lease, 'hello')).status).toBe(200)
  })

  it('for a moment on the way ends no task', async () => {
    const { globus, adapter } = await start()
    globus.faults.once('compute', 'POST /v2/batch_status', { kind: 'reset' }, { kind: 'malformed' }, { kind: 'status', status: 500 })
    expect((await say(await adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
  })

  it('is said of an endpoint that is offline, before anything is sent', async () => {
    const { globus, adapter } = await start({ endpoint: { isOnline: false } })
    await expect(adapter.acquire(deployment, forever)).rejects.toMatchObject({ code: 'upstream_unreachable' })
    expect(await adapter.describe(forever)).toMatchObject({ isReachable: true, models: [{ status: 'offline' }] })
    expect(globus.calls.count('compute', submitRoute)).toBe(0)
  })

  it('is no failure where nodes are waited for: the first request brings them, the next is told to wait', async () => {
    const { globus, adapter } = await start({ endpoint: { managers: 0 } })
    const lease = await adapter.acquire(deployment, forever)
    const first = say(lease, 'hello')
    await globus.calls.seen('compute', submitRoute, 1)
    await expect(adapter.acquire(deployment, forever)).rejects.toMatchObject({ code: 'model_loading', retryAfterS: 30 })
    expect(await adapter.describe(forever)).toMatchObject({ models: [{ status: 'starting' }] })
    globus.compute.endpoints.set(endpoint, { managers: 1 })
    expect((await first).status).toBe(200)
    expect(await adapter.describe(forever)).toMatchObject({ models: [{ status: 'live', capabilities: { hasStreaming: false } }] })
  })
})

it('a cluster whose state is told says that its token was taken, and not where it was refused', async () => {
  const away = await start({ tokens: ['ended', 'ended too'] })
  await away.adapter.describe(forever)
  expect(away.accepted).toBe(0)
  const cluster = await start()
  await cluster.adapter.describe(forever)
  expect(cluster.accepted).toBe(1)
})

describe('a restart', () => {
  it('leaves tasks running, and the same request takes up the one it had', async () => {
    let release = (): void => undefined
    const cluster = await start({ endpoint: { holdUntil: new Promise<void>((resolve) => (release = resolve)) } })
    const { globus } = cluster
    const before = say(await cluster.adapter.acquire(deployment, forever), 'hello')
    const cut = before.then(({ error }) => error?.code, () => 'cut')
    await globus.calls.seen('compute', 'POST /v2/batch_status', 1)
    await cluster.restart()
    expect(['shutting_down', 'cut']).toContain(await cut)
    const after = say(await cluster.adapter.acquire(deployment, forever), 'hello')
    release()
    expect((await after).body).toMatchObject({ choices: [{ message: { content: 'hello' } }] })
    expect(globus.calls.count('compute', submitRoute)).toBe(1)
    await say(await cluster.adapter.acquire(deployment, forever), 'hello')
    expect(globus.calls.count('compute', submitRoute)).toBe(2)
  })

  it('submits again what Globus Compute does not know any more', async () => {
    const cluster = await start({ endpoint: { holdUntil: new Promise(() => undefined) } })
    const { globus } = cluster
    const before = say(await cluster.adapter.acquire(deployment, forever), 'hello').catch(() => undefined)
    await globus.calls.seen('compute', 'POST /v2/batch_status', 1)
    await cluster.restart()
    await before
    globus.compute.endpoints.set(endpoint, { holdUntil: Promise.resolve() })
    globus.faults.once('compute', 'POST /v2/batch_status', { kind: 'status', status: 200, body: { response: 'batch', results: {} } })
    expect((await say(await cluster.adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
    expect(globus.calls.count('compute', submitRoute)).toBe(2)
  })
})

describe('a submission whose answer is lost', () => {
  it('is found by its task group, and not sent again', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    globus.faults.once('compute', submitRoute, { kind: 'lost' })
    expect((await say(lease, 'hello')).body).toMatchObject({ choices: [{ message: { content: 'hello' } }] })
    expect([globus.calls.count('compute', submitRoute), globus.compute.tasks.all().length]).toEqual([1, 1])
  })

  it('that was not taken is an error, after which it may be sent again', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    globus.faults.once('compute', submitRoute, { kind: 'reset' })
    expect((await say(lease, 'hello')).error).toMatchObject({ code: 'upstream_unreachable' })
    expect((await say(lease, 'hello')).status).toBe(200)
    expect(globus.compute.tasks.all()).toHaveLength(1)
  })

  it('is looked for again by the same request, where that could not be done at once', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    globus.faults.once('compute', submitRoute, { kind: 'lost' })
    globus.faults.once('compute', 'GET /v2/taskgroup/:id', { kind: 'reset' })
    expect((await say(lease, 'hello')).error).toMatchObject({ code: 'upstream_unreachable' })
    expect((await say(lease, 'hello')).status).toBe(200)
    expect(globus.compute.tasks.all()).toHaveLength(1)
  })

  it('is found after a crash', async () => {
    const cluster = await start()
    const { globus } = cluster
    let answer = (): void => undefined
    globus.faults.once('compute', submitRoute, { kind: 'slow', until: new Promise<void>((resolve) => (answer = resolve)) })
    const before = say(await cluster.adapter.acquire(deployment, forever), 'hello').catch(() => undefined)
    await globus.calls.seen('compute', submitRoute, 1)
    await cluster.crash()
    answer()
    await before
    expect((await say(await cluster.adapter.acquire(deployment, forever), 'hello')).status).toBe(200)
    expect([globus.calls.count('compute', 'GET /v2/taskgroup/:id'), globus.compute.tasks.all().length]).toEqual([1, 1])
  })

  it('of several requests is nobody else\'s: they are sent again', async () => {
    const { globus, adapter } = await start()
    const lease = await adapter.acquire(deployment, forever)
    globus.faults.once('compute', submitRoute, { kind: 'lost' })
    expect((await Promise.all([say(lease, 'one'), say(lease, 'two')])).map(({ error }) => error?.code)).toEqual(['upstream_unreachable', 'upstream_unreachable'])
    const again = await Promise.all([say(lease, 'one'), say(lease, 'two')])
    expect(again.map(({ body }) => body)).toEqual([expect.objectContaining({ choices: [expect.objectContaining({ message: { role: 'assistant', content: 'one' } })] }), expect.objectContaining({ choices: [expect.objectContaining({ message: { role: 'assistant', content: 'two' } })] })])
  })
})

describe('a sign-in that is needed while a task runs', () => {
  it('fails the request, and the same one takes the task up after it', async () => {
    let release = (): void => undefined
    const { globus, adapter } = await start({ endpoint: { holdUntil: new Promise<void>((resolve) => (release = resolve)) } })
    const lease = await adapter.acquire(deployment, forever)
    globus.faults.once('compute', 'POST /v2/batch_status', { kind: 'status', status: 403, body: { code: 'AuthorizationRequired', authorization_parameters: { session_required_policies: [ids.policy] } } })
    expect((await say(lease, 'hello')).error).toMatchObject({ code: 'sign_in_needed' })
    release()
    expect((await say(lease, 'hello')).status).toBe(200)
    expect(globus.calls.count('compute', submitRoute)).toBe(1)
  })
})

describe('the jobs of a cluster behind Globus Compute', () => {
  it('are what its own function tells', async () => {
    const qstat = 'import json\ndef qstat():\n    return json.dumps({"running": [{"Models": "m", "Framework": "vllm", "Cluster": "sophia", "Job ID": "12", "Model Status": "running"}], "queued": [], "cluster_status": {"free_nodes": 3}})\n'
    const { adapter } = await start({ config: { jobs: { function: { source: qstat } } } })
    expect(await adapter.describe(forever)).toMatchObject({ jobs: [{ id: '12', state: 'running', models: ['m'] }], nodes: { free: 3 } })
  })

  it('are left out where the function fails', async () => {
    const { adapter } = await start({ config: { jobs: { function: { source: 'def qstat():\n    raise OSError("no qstat")\n' } } } })
    const described = await adapter.describe(forever)
    expect(described.isReachable).toBe(true)
    expect(described.jobs).toBeUndefined()
  })
})
