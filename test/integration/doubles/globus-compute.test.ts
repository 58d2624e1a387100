import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { computeScope } from '../../doubles/globus/auth/own-scopes'
import { pack, unpack } from '../../doubles/globus/compute/serialize'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'
import { postJson, send, withToken, type Answer } from './globus-client'

const json = 'globus_compute_sdk.serialize.JSONData'
const dill = 'globus_compute_sdk.serialize.DillDataBase64'
const task = z.object({ task_id: z.string(), status: z.string(), result: z.string().optional(), exception: z.string().optional(), completion_t: z.string().optional() })
type Task = z.infer<typeof task>

let globus: Globus
let token: string

beforeEach(async () => {
  globus = await startGlobus(usualSite)
  globus.compute.rate = undefined
  token = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope }).access_token
})
afterEach(() => globus.close())

const get = (path: string, as = token): Promise<Answer> => send(`${globus.url.compute}${path}`, withToken(as))
const post = (path: string, body: object, as = token): Promise<Answer> => postJson(`${globus.url.compute}${path}`, as, body)

async function register(source: string, more: object = {}): Promise<string> {
  const { body } = await post('/v3/functions', { function_name: 'f', function_code: pack([`st\nf:${source}`]), meta: { python_version: '3.11.2', sdk_version: '4.15.0', serde_identifier: 'st' }, ...more })
  return z.object({ function_uuid: z.guid() }).parse(body).function_uuid
}
const submitRaw = (fn: string, payloads: readonly string[], more: object = {}): Promise<Answer> => post(`/v3/endpoints/${siteIds.endpoint}/submit`, { tasks: { [fn]: payloads }, create_queue: false, result_serializers: [json, dill], ...more })
async function submit(fn: string, args: readonly unknown[], more: object = {}): Promise<string> {
  const { body } = await submitRaw(fn, [pack([`11\n${JSON.stringify(args)}`, '11\n{}'])], more)
  return z.object({ tasks: z.record(z.string(), z.array(z.string())) }).parse(body).tasks[fn]![0]!
}
const show = async (id: string): Promise<Task> => task.parse((await get(`/v2/tasks/${id}`)).body)
async function outcome(id: string): Promise<Task> {
  await globus.compute.tasks.idle()
  return show(id)
}

describe('packed buffers', () => {
  test('count code points, not code units or bytes', () => {
    expect(pack(['11\n"é😀"'])).toBe('7\n11\n"é😀"')
    expect(unpack('7\n11\n"é😀"2\n[]')).toEqual(['11\n"é😀"', '[]'])
  })

  test('are as the contract has them', () => {
    expect(pack(['11\n[{"model_params":{"model":"m","n":1}}]', '11\n{}'])).toBe('41\n11\n[{"model_params":{"model":"m","n":1}}]5\n11\n{}')
    expect(pack(['st\nf:def f(parameters):\n    import json\n    return json.dumps({"ok": parameters})\n'])).toMatch(/^82\nst\nf:/)
  })

  test.each(['9\n11\n[]', 'x\n11', '11'])('that say more than they hold are refused: %j', (packed) => {
    expect(() => unpack(packed)).toThrow(SyntaxError)
  })
})

describe('functions of the double', () => {
  test('run in a real Python, and answer with JSON', async () => {
    const fn = await register('def f(parameters, scale=1):\n    import sys\n    print("noise")\n    return {"major": sys.version_info[0], "sum": sum(parameters) * scale, "nan": float("nan"), "emoji": "😀"}\n')
    const { body } = await submitRaw(fn, [pack(['11\n[[1, 2, 3]]', '11\n{"scale": 10}'])])
    const { tasks } = z.object({ tasks: z.record(z.string(), z.array(z.string())), task_group_id: z.guid(), endpoint_id: z.literal(siteIds.endpoint), request_id: z.guid() }).parse(body)
    expect(await outcome(tasks[fn]![0]!)).toMatchObject({ status: 'success', result: '11\n{"major": 3, "sum": 60, "nan": NaN, "emoji": "\\ud83d\\ude00"}' })
  })

  test('answer with a dill of a string where only that was asked for', async () => {
    const fn = await register('def f():\n    import json\n    return json.dumps({"a": 1})\n')
    expect((await outcome(await submit(fn, [], { result_serializers: undefined }))).result).toBe('00\ngASVDAAAAAAAAACMCHsiYSI6IDF9lC4=\n')
    expect((await outcome(await submit(fn, []))).result).toBe('11\n"{\\"a\\": 1}"')
  })

  test('fall back to dill for what JSON cannot hold', async () => {
    expect((await outcome(await submit(await register('def f():\n    return {1, 2}\n'), []))).result).toMatch(/^00\n/)
  })

  test('answer as an old endpoint does, whatever is asked', async () => {
    const fn = await register('def f():\n    return "x"\n')
    globus.compute.endpoints.set(siteIds.endpoint, { resultForm: 'dill' })
    expect((await outcome(await submit(fn, []))).result).toMatch(/^00\n/)
    globus.compute.endpoints.set(siteIds.endpoint, { resultForm: 'combined' })
    const { result = '' } = await outcome(await submit(fn, []))
    expect(unpack(result.slice(3)).map((buffer) => buffer.slice(0, 3))).toEqual(['11\n', '00\n'])
  })

  test('fail with their traceback', async () => {
    const { status, exception, result } = await outcome(await submit(await register('def f():\n    raise ValueError("no such model")\n'), []))
    expect([status, result]).toEqual(['failed', undefined])
    expect(exception).toMatch(/^Traceback[^]*ValueError: no such model\n$/)
  })

  test('fail when their code or arguments are of a form that is not known', async () => {
    const { body } = await post('/v3/functions', { function_name: 'f', function_code: pack(['01\ngASV']) })
    const { function_uuid: old } = z.object({ function_uuid: z.string() }).parse(body)
    expect((await outcome(await submit(old, []))).exception).toContain('code of the form 01')
    const fn = await register('def f():\n    return 1\n')
    const answer = await submitRaw(fn, ['not packed'])
    const id = Object.values((answer.body as { tasks: Record<string, string[]> }).tasks)[0]![0]!
    expect((await outcome(id)).exception).toContain('DeserializationError')
  })

  test('are ended after their time, with what they started', async () => {
    await globus.close()
    globus = await startGlobus({ ...usualSite, functionTimeLimitS: 1 })
    token = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope }).access_token
    const { exception } = await outcome(await submit(await register('def f():\n    import time\n    time.sleep(600)\n'), []))
    expect(exception).toContain('WorkerLost')
  })

  test('keep the order of several payloads and functions, in one group that can be listed again', async () => {
    const double = await register('def f(n):\n    return n * 2\n')
    const group = '11111111-2222-4333-8444-555555555555'
    const payloads = [1, 2, 3].map((n) => pack([`11\n[${n}]`, '11\n{}']))
    const { body } = await submitRaw(double, payloads, { task_group_id: group })
    const taskIds = z.object({ tasks: z.record(z.string(), z.array(z.string())) }).parse(body).tasks[double]!
    await globus.compute.tasks.idle()
    const { body: batch } = await post('/v2/batch_status', { task_ids: [...taskIds, '99999999-2222-4333-8444-555555555555'] })
    const { results } = z.object({ response: z.literal('batch'), results: z.record(z.string(), task) }).parse(batch)
    expect(taskIds.map((id) => results[id]?.result)).toEqual(['11\n2', '11\n4', '11\n6'])
    expect(Object.keys(results)).toHaveLength(3)
    expect((await get(`/v2/taskgroup/${group}`)).body).toMatchObject({ taskgroup_id: group, tasks: taskIds.map((id) => ({ id })) })
  })
})

describe('endpoints of the double', () => {
  const status = async (): Promise<unknown> => (await get(`/v2/endpoints/${siteIds.endpoint}/status`)).body

  test('are listed by role, and tell their workers', async () => {
    expect((await get('/v2/endpoints?role=any')).body).toEqual([{ uuid: siteIds.endpoint, name: 'sophia-vllm', display_name: 'sophia-vllm', owner: ids.grace }])
    expect((await get('/v2/endpoints')).body).toEqual([])
    expect(await status()).toEqual({ status: 'online', details: { total_workers: 4, idle_workers: 4, pending_tasks: 0, outstanding_tasks: 0, managers: 1 } })
  })

  test('hold tasks while they are offline, and run them when they are back', async () => {
    const fn = await register('def f():\n    return 1\n')
    globus.compute.endpoints.set(siteIds.endpoint, { isOnline: false })
    expect(await status()).toEqual({ status: 'offline' })
    const id = await submit(fn, [])
    expect((await show(id)).status).toBe('waiting-for-ep')
    globus.compute.endpoints.set(siteIds.endpoint, { isOnline: true })
    await show(id)
    expect((await outcome(id)).status).toBe('success')
  })

  test('get their first manager some time after a task asked for it', async () => {
    globus.compute.endpoints.set(siteIds.endpoint, { managers: 0, startupS: 300 })
    const id = await submit(await register('def f():\n    return 1\n'), [])
    expect(await status()).toMatchObject({ status: 'online', details: { managers: 0, total_workers: 0, pending_tasks: 1 } })
    expect((await show(id)).status).toBe('waiting-for-nodes')
    globus.clock.advance({ seconds: 300 })
    expect(await status()).toMatchObject({ details: { managers: 1 } })
    expect((await outcome(id)).status).toBe('success')
  })

  test('show a task that was launched and does not run yet', async () => {
    let go = (): void => undefined
    globus.compute.endpoints.set(siteIds.endpoint, { holdUntil: new Promise<void>((resolve) => (go = resolve)) })
    const id = await submit(await register('def f():\n    return 1\n'), [])
    expect((await show(id)).status).toBe('waiting-for-launch')
    go()
    expect((await outcome(id)).status).toBe('success')
  })

  test('answer a policy that is not met with a GARE', async () => {
    globus.compute.endpoints.set(siteIds.endpoint, { policies: [ids.policy] })
    globus.clock.advance({ hours: 24 * 8 - 1 })
    globus.auth.tokens.setLifetimes({ accessS: 86_400 * 30 })
    const { access_token: old } = globus.signIn({ username: 'grace@uchicago.edu', client: ids.nativeClient, scope: computeScope })
    expect(await get(`/v2/endpoints/${siteIds.endpoint}/status`, old)).toMatchObject({ status: 403, body: { code: 'AuthorizationRequired', reason: expect.stringContaining('sophia-vllm') as string, authorization_parameters: { session_required_policies: [ids.policy] } } })
    const { access_token: fresh } = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope })
    expect((await get(`/v2/endpoints/${siteIds.endpoint}/status`, fresh)).status).toBe(200)
  })
})

describe('what the double refuses', () => {
  test('tokens for others, and callers that an endpoint does not let in', async () => {
    const other = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: ids.gatewayScope }).access_token
    expect(await get('/v2/endpoints', other)).toMatchObject({ status: 401, body: { status: 'Failed', code: 'UNAUTHORIZED', http_status_code: 401 } })
    globus.compute.endpoints.set(siteIds.endpoint, { usernames: ['linus@orcid.org'] })
    expect(await get(`/v2/endpoints/${siteIds.endpoint}`)).toMatchObject({ status: 403, body: { code: 'ENDPOINT_ACCESS_FORBIDDEN' } })
  })

  test('functions, endpoints, tasks and groups that are not there, or are not yours', async () => {
    const nobody = '99999999-2222-4333-8444-555555555555'
    expect((await submitRaw(nobody, [])).body).toMatchObject({ code: 'FUNCTION_NOT_FOUND' })
    expect((await post(`/v3/endpoints/${nobody}/submit`, { tasks: {} })).body).toMatchObject({ code: 'ENDPOINT_NOT_FOUND' })
    expect((await get(`/v2/tasks/${nobody}`)).status).toBe(404)
    expect((await get(`/v2/taskgroup/${nobody}`)).status).toBe(404)
    const fn = await register('def f():\n    return 1\n')
    const id = await submit(fn, [])
    const grace = globus.signIn({ username: 'grace@uchicago.edu', client: ids.nativeClient, scope: computeScope }).access_token
    expect((await get(`/v2/tasks/${id}`, grace)).status).toBe(403)
    expect((await post(`/v3/endpoints/${siteIds.endpoint}/submit`, { tasks: { [fn]: [] } }, grace)).body).toMatchObject({ code: 'FUNCTION_ACCESS_FORBIDDEN' })
  })

  test('a submission that is too large, and a result that is', async () => {
    globus.compute.limits = { ...globus.compute.limits, payloadBytes: 1000, resultBytes: 1000 }
    const fn = await register('def f():\n    return "x" * 2000\n')
    expect(await submitRaw(fn, ['x'.repeat(1000)])).toMatchObject({ status: 413, body: { code: 'TASK_PAYLOAD_TOO_LARGE', error_args: [], http_status_code: 413 } })
    expect((await outcome(await submit(fn, []))).exception).toContain('MaxResultSizeExceeded')
  })

  test('a body that does not fit, by field', async () => {
    expect(await post('/v3/functions', { function_name: 'f' })).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'function_code'] }] } })
  })

  test('the 21st request in ten seconds, until time has gone by', async () => {
    let nowMs = 1_750_000_000_000
    await globus.close()
    globus = await startGlobus({ ...usualSite, nowMs: () => nowMs })
    token = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope }).access_token
    for (let n = 0; n < 20; n++) expect((await get('/v2/endpoints')).status).toBe(200)
    const refused = await get('/v2/endpoints')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
    nowMs += 10_000
    expect((await get('/v2/endpoints')).status).toBe(200)
  })

  test('a result that nobody came for in half an hour, and not one that was fetched', async () => {
    const fn = await register('def f():\n    return 1\n')
    const [fetched, left] = [await submit(fn, []), await submit(fn, [])]
    await outcome(fetched)
    globus.clock.advance({ minutes: 31 })
    expect((await get(`/v2/tasks/${left}`)).body).toMatchObject({ code: 'TASK_NOT_FOUND' })
    expect((await show(fetched)).result).toBe('11\n1')
  })
})
