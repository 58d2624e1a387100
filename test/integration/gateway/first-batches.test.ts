import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from '@shared/domain/identity'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { until } from '../../fixtures/until'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const base = '/resource_server/lab/api/v1/batches'
const other: Identity = { kind: 'key', id: 'key-other', name: 'other' }
const admin: Identity = { kind: 'key', id: 'key-admin', name: 'admin', scopes: { isAdmin: true } }

let double: OpenAiServer
let gateway: GatewayUnderTest
let root: string
let open: string
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'first-paths-')))
  open = join(root, 'open')
  await mkdir(join(open, 'deep'), { recursive: true })
  await mkdir(join(root, 'closed'))
  await mkdir(join(root, 'open-not'))
  const bodies = ['one', 'two', 'three'].map((content) => JSON.stringify({ model, messages: [{ role: 'user', content }] })).join('\n')
  for (const folder of ['open/deep', 'closed', 'open-not']) await writeFile(join(root, folder, 'requests.jsonl'), bodies)
  await symlink(join(root, 'closed'), join(open, 'way-out'))
  await symlink(join(root, 'closed', 'requests.jsonl'), join(open, 'linked.jsonl'))
  await symlink(join(open, 'deep'), join(open, 'way-in'))
  double = await startOpenAiServer({ models: [model] })
  gateway = await startGateway({
    clusters: [{ name: 'lab', kind: 'direct', url: double.url }],
    config: { batches: { inputFolders: [open] }, limits: { activeBatchesPerKey: 2 } },
    identities: { 'fd-other': other, 'fd-admin': admin },
  })
})
afterAll(async () => {
  await gateway.close()
  await double.close()
  await rm(root, { recursive: true })
})
beforeEach(() => double.behave({ kind: 'answer' }))

const input = (): string => join(open, 'deep', 'requests.jsonl')
const submit = async (body: object, { path = base, key = 'fd-admin' } = {}): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
  const answer = await gateway.post(path, body, { authorization: `Bearer ${key}` })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const get = async (path: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  const answer = await gateway.get(`/resource_server/v1/batches${path}`, { authorization: 'Bearer fd-admin' })
  return { status: answer.status, body: await answer.json() }
}
async function submitted(more: object = {}): Promise<string> {
  const { status, body } = await submit({ input_file: input(), model, ...more })
  expect(status).toBe(200)
  return body['batch_id'] as string
}
const reaches = (id: string, status: string): Promise<void> => until(`the batch is ${status}`, async () => (await get(`/${id}`)).body === status)
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown

describe('a batch of a FIRST client', () => {
  it('is done from a path, watched, and fetched with its metrics', async () => {
    const made = await submit({ input_file: input(), model })
    expect(made).toEqual({ status: 200, body: { batch_id: expect.stringMatching(/^batch_/) as unknown, input_file: input(), output_folder_path: null, task_ids: null, status: 'pending' } })
    const id = made.body['batch_id'] as string
    await reaches(id, 'completed')
    const [entry] = (await get('?status=completed')).body as readonly object[]
    expect(entry).toEqual({ batch_id: id, id, cluster: 'lab', framework: 'api', input_file: input(), in_progress_at: isTime, completed_at: isTime, failed_at: null, status: 'completed' })
    expect((await get('?status=running')).body).toEqual([])
    const { status, body } = await get(`/${id}/result`)
    expect([status, typeof body]).toEqual([200, 'string'])
    const result = JSON.parse(body as string) as { readonly results_file: string; readonly metrics: Record<string, number> }
    expect(result).toEqual({
      results_file: expect.stringMatching(/^\/v1\/files\/file-\w+\/content$/) as unknown,
      progress_file: `/v1/batches/${id}`,
      metrics: { response_time: expect.any(Number) as unknown, throughput_tokens_per_second: expect.any(Number) as unknown, total_tokens: expect.any(Number) as unknown, num_responses: 3, lines_processed: 3 },
    })
    expect(result.metrics['total_tokens']).toBeGreaterThan(0)
    expect((await (await gateway.get(result.results_file)).text()).trim().split('\n').map((line) => (JSON.parse(line) as { custom_id: string }).custom_id).sort()).toEqual(['request-1', 'request-2', 'request-3'])
  })

  it('leaves its results in the folder it names, a line for each request', async () => {
    double.behave(({ messages }) => (JSON.stringify(messages).includes('two') ? { kind: 'status', status: 400 } : { kind: 'answer' }))
    const folder = join(open, 'new', 'results')
    const id = await submitted({ output_folder_path: folder })
    await reaches(id, 'completed')
    expect((await readdir(folder)).sort()).toEqual([`${id}.progress.json`, `${id}.results.jsonl`])
    const lines = (await readFile(join(folder, `${id}.results.jsonl`), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { custom_id: string; response: { status_code: number } })
    expect(lines.map((line) => [line.custom_id, line.response.status_code]).sort()).toEqual([['request-1', 200], ['request-2', 400], ['request-3', 200]])
    expect(JSON.parse(await readFile(join(folder, `${id}.progress.json`), 'utf8'))).toMatchObject({ batch_id: id, total: 3, completed: 2, failed: 1 })
    expect(JSON.parse((await get(`/${id}/result`)).body as string)).toMatchObject({ results_file: join(folder, `${id}.results.jsonl`), progress_file: join(folder, `${id}.progress.json`), metrics: { num_responses: 2, lines_processed: 3 } })
  })

  it('whose folder has become a link keeps its results where all are', async () => {
    let answer = (): void => undefined
    double.behave({ kind: 'answer', startWhen: new Promise<void>((resolve) => (answer = resolve)) })
    const folder = join(open, 'swapped')
    const id = await submitted({ output_folder_path: folder })
    await reaches(id, 'running')
    await rm(folder, { recursive: true })
    await symlink(join(root, 'closed'), folder)
    answer()
    await reaches(id, 'completed')
    expect(await readdir(join(root, 'closed'))).toEqual(['requests.jsonl'])
    expect(JSON.parse((await get(`/${id}/result`)).body as string)).toMatchObject({ results_file: expect.stringMatching(/^\/v1\/files\//) as unknown })
  })

  it('does what its file was when it was submitted', async () => {
    const path = join(open, 'changing.jsonl')
    await writeFile(path, JSON.stringify({ model, messages: [{ role: 'user', content: 'before' }] }))
    const id = await submitted({ input_file: path })
    await writeFile(path, 'something else')
    await reaches(id, 'completed')
  })

  it('has no result while it runs, can be cancelled, and then has failed', async () => {
    double.behave({ kind: 'hang' })
    const id = await submitted()
    await reaches(id, 'running')
    expect(await get(`/${id}/result`)).toMatchObject({ status: 400, body: { error: { code: 'batch_ongoing' } } })
    expect((await gateway.post(`/resource_server/v1/batches/${id}/cancel`, '', { authorization: 'Bearer fd-admin' })).status).toBe(200)
    await reaches(id, 'failed')
    expect(await get(`/${id}/result`)).toMatchObject({ status: 400, body: { error: { code: 'batch_failed', message: expect.stringContaining('cancelled') as unknown } } })
    expect((await get('?status=failed')).body).toEqual([expect.objectContaining({ id, completed_at: null, failed_at: isTime })])
  })

  it('of a file with mistakes fails with the first of them', async () => {
    await writeFile(join(open, 'wrong.jsonl'), 'no json')
    const id = await submitted({ input_file: join(open, 'wrong.jsonl') })
    await reaches(id, 'failed')
    expect(await get(`/${id}/result`)).toMatchObject({ status: 400, body: { error: { code: 'batch_failed', message: expect.stringContaining('line 1') as unknown } } })
  })

  it('is one of so many, and leaves no copy when it is refused', async () => {
    double.behave({ kind: 'hang' })
    const ids = [await submitted(), await submitted()]
    const kept = async (): Promise<readonly string[]> => (await readdir(gateway.filesDir)).filter((name) => /^file-\w+$/.test(name)).sort()
    const before = await kept()
    expect(await submit({ input_file: input(), model })).toMatchObject({ status: 400, body: { error: { code: 'quota_exceeded' } } })
    expect(await kept()).toEqual(before)
    for (const id of ids) {
      await gateway.post(`/v1/batches/${id}/cancel`, '')
      await reaches(id, 'failed')
    }
  })

  it('is not there for others', async () => {
    const id = await submitted()
    const asked = await gateway.get(`/resource_server/v1/batches/${id}`, { authorization: 'Bearer fd-other' })
    expect([asked.status, await asked.json()]).toMatchObject([404, { error: { code: 'batch_not_found' } }])
    expect(await (await gateway.get('/resource_server/v1/batches', { authorization: 'Bearer fd-other' })).json()).toEqual([])
    await reaches(id, 'completed')
  })
})

describe('a path that a FIRST client names', () => {
  const through = (...parts: readonly string[]): string => [root, ...parts].join('/')
  it.each([
    ['in another folder', ['closed', 'requests.jsonl']],
    ['in a folder whose name begins likewise', ['open-not', 'requests.jsonl']],
    ['that climbs out', ['open', '..', 'closed', 'requests.jsonl']],
    ['behind a link to a folder', ['open', 'way-out', 'requests.jsonl']],
    ['that is a link', ['open', 'linked.jsonl']],
    ['that is not there, elsewhere', ['nowhere', 'requests.jsonl']],
    ['with a zero in it', ['open', 'deep', 'requests.jsonl\0.txt']],
  ])('%s is refused', async (_what, parts) => {
    expect(await submit({ input_file: through(...parts), model })).toMatchObject({ status: 403, body: { error: { code: 'access_denied', info: { action: expect.stringContaining('batches.inputFolders') as unknown } } } })
  })

  it.each([
    ['relative', 'open/deep/requests.jsonl'],
    ['of the system', '/etc/passwd'],
    ['of a device', '/dev/zero'],
  ])('%s is refused', async (_what, path) => {
    expect(await submit({ input_file: path, model })).toMatchObject({ status: 403 })
  })

  it('behind a link that stays inside is taken', async () => {
    await reaches(await submitted({ input_file: through('open', 'way-in', 'requests.jsonl') }), 'completed')
  })

  it.each([
    ['is not there', 'nothing.jsonl', 404, 'file_not_found'],
    ['is a folder', 'deep', 400, 'invalid_request'],
  ])('in its folder that %s is told', async (_what, name, status, code) => {
    expect(await submit({ input_file: join(open, name), model })).toMatchObject({ status, body: { error: { code } } })
  })

  it.each([['outside', ['closed', 'results']], ['behind a link', ['open', 'way-out', 'results']], ['that climbs out', ['open', 'x', '..', '..', 'closed']]])('for results %s is refused, and nothing is made', async (_what, parts) => {
    expect(await submit({ input_file: input(), model, output_folder_path: through(...parts) })).toMatchObject({ status: 403 })
    expect(await readdir(join(root, 'closed'))).toEqual(['requests.jsonl'])
  })

  it('is refused of a key that is no administrator\'s', async () => {
    expect(await submit({ input_file: input(), model }, { key: 'fd-other' })).toMatchObject({ status: 403, body: { error: { code: 'access_denied' } } })
  })

  it('is refused where no folder is open', async () => {
    const closed = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }] })
    try {
      expect((await closed.post(base, { input_file: input(), model })).status).toBe(403)
    } finally {
      await closed.close()
    }
  })
})

describe('what is wrong in a call of a FIRST client', () => {
  it.each([
    ['no file', { model }, [{ type: 'missing', loc: ['body', 'input_file'], msg: 'Field required' }]],
    ['nothing', {}, [{ type: 'missing', loc: ['body', 'input_file'], msg: 'Field required' }, { type: 'missing', loc: ['body', 'model'], msg: 'Field required' }]],
    ['a field that nobody knows', { input_file: '/x', model, endpoint: '/v1/completions' }, [{ type: 'extra_forbidden', loc: ['body', 'endpoint'], msg: 'Extra inputs are not permitted' }]],
    ['a number', { input_file: 7, model }, [{ type: 'string_type', loc: ['body', 'input_file'] }]],
    ['an empty name', { input_file: '', model }, [{ type: 'string_too_short', loc: ['body', 'input_file'] }]],
  ])('(%s) is told as its validation does', async (_what, body, detail) => {
    expect(await submit(body)).toMatchObject({ status: 422, body: { detail } })
  })

  it.each([
    ['an unknown cluster', '/resource_server/nowhere/api/v1/batches', model, 404, 'cluster_not_found'],
    ['another framework', '/resource_server/lab/vllm/v1/batches', model, 400, 'unsupported_framework'],
    ['an unknown model', base, 'nothing', 404, 'endpoint_not_found'],
  ])('(%s) has FIRST\'s code', async (_what, path, asked, status, code) => {
    expect(await submit({ input_file: input(), model: asked }, { path })).toMatchObject({ status, body: { error: { code } } })
  })

  it('is told of a list and of batches that are not there', async () => {
    expect(await get('?status=done')).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'status'] }] } })
    for (const path of ['/batch_none', '/batch_none/result']) expect(await get(path)).toMatchObject({ status: 404, body: { error: { code: 'batch_not_found' } } })
  })
})
