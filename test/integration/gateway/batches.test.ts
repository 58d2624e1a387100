import { toFile, type OpenAI } from 'openai'
import type { Identity } from '@shared/domain/identity'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { until } from '../../fixtures/until'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const other: Identity = { kind: 'key', id: 'key-other', name: 'other' }
const dayMs = 86_400_000

let double: OpenAiServer
let gateway: GatewayUnderTest
let client: OpenAI
let aheadMs = 0
beforeAll(async () => {
  double = await startOpenAiServer({ models: [model, 'second-model'] })
  gateway = await startGateway({
    clusters: [{ name: 'lab', kind: 'direct', url: double.url }],
    config: { batches: { maxRequests: 20 }, limits: { activeBatchesPerKey: 3 } },
    identities: { 'fd-other': other },
    clock: { now: () => Date.now() + aheadMs },
  })
  client = gateway.client()
})
afterAll(async () => {
  await gateway.close()
  await double.close()
})
beforeEach(() => double.behave({ kind: 'answer' }))

interface Line {
  readonly custom_id: string
  readonly method: 'POST'
  readonly url: string
  readonly body: object
}
const line = (id: string, text = id): Line => ({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: text }] } })
const jsonl = (lines: readonly object[]): string => lines.map((one) => JSON.stringify(one)).join('\n')

const upload = async (text: string, by = client): Promise<string> => (await by.files.create({ file: await toFile(Buffer.from(text), 'requests.jsonl'), purpose: 'batch' })).id
async function submit(lines: readonly object[], more: Partial<OpenAI.BatchCreateParams> = {}, by = client): Promise<OpenAI.Batch> {
  return by.batches.create({ input_file_id: await upload(jsonl(lines), by), endpoint: '/v1/chat/completions', completion_window: '24h', ...more })
}
async function reaches(id: string, ...statuses: readonly string[]): Promise<OpenAI.Batch> {
  let last: OpenAI.Batch | undefined
  await until(`the batch is ${statuses.join(' or ')}`, async () => statuses.includes((last = await client.batches.retrieve(id)).status))
  return last!
}
interface ResultLine {
  readonly id: string
  readonly custom_id: string
  readonly response: { readonly status_code: number; readonly request_id: string; readonly body: { readonly choices?: readonly { readonly message: { readonly content: string } }[] } } | null
  readonly error: { readonly code: string; readonly message: string } | null
}
async function results(fileId: string | null | undefined): Promise<readonly ResultLine[]> {
  if (fileId == null) return []
  const text = await (await client.files.content(fileId)).text()
  return text.trimEnd().split('\n').map((one) => JSON.parse(one) as ResultLine)
}
async function endAll(): Promise<void> {
  for await (const { id, status } of client.batches.list()) if (['validating', 'in_progress'].includes(status)) await client.batches.cancel(id)
  await until('all batches are over', async () => (await client.batches.list({ limit: 100 })).data.every(({ status }) => ['completed', 'failed', 'expired', 'cancelled'].includes(status)))
}

describe('a batch of the official package', () => {
  it('has OpenAI\'s shape from its beginning to its end, and a result for each line', async () => {
    const created = await submit([line('a', 'first'), line('b', 'second'), line('c', 'third')], { metadata: { run: '7' } })
    const isUnset = { output_file_id: null, error_file_id: null, finalizing_at: null, completed_at: null, failed_at: null, expired_at: null, cancelling_at: null, cancelled_at: null }
    expect(created).toEqual({
      id: expect.stringMatching(/^batch_\w{24}$/) as unknown,
      object: 'batch',
      endpoint: '/v1/chat/completions',
      model: null,
      errors: null,
      input_file_id: expect.stringMatching(/^file-/) as unknown,
      completion_window: '24h',
      status: 'validating',
      created_at: expect.any(Number) as unknown,
      in_progress_at: null,
      expires_at: created.created_at + 86_400,
      request_counts: { total: 0, completed: 0, failed: 0 },
      usage: { input_tokens: 0, input_tokens_details: { cached_tokens: 0 }, output_tokens: 0, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 0 },
      metadata: { run: '7' },
      ...isUnset,
    })
    const ended = await reaches(created.id, 'completed')
    expect(Object.keys(ended).sort()).toEqual(Object.keys(created).sort())
    expect(ended).toMatchObject({ model, request_counts: { total: 3, completed: 3, failed: 0 }, error_file_id: null, failed_at: null, metadata: { run: '7' } })
    expect(ended.usage?.total_tokens).toBeGreaterThan(0)
    expect([ended.created_at, ended.in_progress_at!, ended.finalizing_at!, ended.completed_at!]).toEqual([ended.created_at, ended.in_progress_at!, ended.finalizing_at!, ended.completed_at!].sort((a, b) => a - b))
    const output = await results(ended.output_file_id)
    expect(output.map(({ custom_id: id, response, error }) => [id, response?.status_code, response?.body.choices?.[0]?.message.content, error]).sort()).toEqual([['a', 200, expect.stringContaining('first'), null], ['b', 200, expect.stringContaining('second'), null], ['c', 200, expect.stringContaining('third'), null]])
    expect(output.every(({ id, response }) => id.startsWith('batch_req_') && (response?.request_id.length ?? 0) > 0)).toBe(true)
    expect(await client.files.retrieve(ended.output_file_id!)).toMatchObject({ purpose: 'batch_output', filename: 'requests.output.jsonl' })
  })

  it('puts what the model refuses into the error file, with its answer', async () => {
    double.behave(({ messages }) => (JSON.stringify(messages).includes('bad') ? { kind: 'status', status: 400, body: { error: { message: 'too rude', type: 'invalid_request_error', param: null, code: 'rude' } } } : { kind: 'answer' }))
    const ended = await reaches((await submit([line('good'), line('bad')])).id, 'completed')
    expect(ended.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
    expect(await results(ended.error_file_id)).toMatchObject([{ custom_id: 'bad', response: { status_code: 400, body: { error: { message: 'too rude' } } }, error: null }])
    double.behave({ kind: 'status', status: 400 })
    expect(await reaches((await submit([line('a')])).id, 'completed')).toMatchObject({ output_file_id: null, error_file_id: expect.any(String) as unknown })
  })

  it('is cancelled with the results so far, and no more', async () => {
    double.behave(({ messages }) => (JSON.stringify(messages).includes('quick') ? { kind: 'answer' } : { kind: 'hang' }))
    const { id } = await submit([line('quick'), line('slow'), line('slower')])
    await until('one is done', async () => (await client.batches.retrieve(id)).request_counts?.completed === 1)
    expect(['cancelling', 'cancelled']).toContain((await client.batches.cancel(id)).status)
    const ended = await reaches(id, 'cancelled')
    expect(ended).toMatchObject({ request_counts: { total: 3, completed: 1, failed: 2 }, cancelling_at: expect.any(Number) as unknown, cancelled_at: expect.any(Number) as unknown, completed_at: null })
    expect((await results(ended.output_file_id)).map((one) => one.custom_id)).toEqual(['quick'])
    expect((await results(ended.error_file_id)).map((one) => [one.custom_id, one.response, one.error?.code]).sort()).toEqual([['slow', null, 'batch_cancelled'], ['slower', null, 'batch_cancelled']])
    await expect(client.batches.cancel(id)).rejects.toMatchObject({ status: 409, code: 'batch_over' })
  })

  it('is held and resumed', async () => {
    double.behave({ kind: 'hang' })
    const { id } = await submit([line('a')])
    await reaches(id, 'in_progress')
    const order = async (what: string): Promise<Record<string, unknown>> => (await (await gateway.post(`/v1/batches/${id}/${what}`, '')).json()) as Record<string, unknown>
    expect(await order('pause')).toMatchObject({ id, paused: true })
    expect(await client.batches.retrieve(id)).toMatchObject({ paused: true })
    expect(await order('resume')).not.toHaveProperty('paused')
    await endAll()
    expect((await gateway.post(`/v1/batches/${id}/pause`, '')).status).toBe(409)
  })

  it('is listed in pages, newest first', async () => {
    const before = (await client.batches.list({ limit: 100 })).data.map(({ id }) => id)
    const made: string[] = []
    for (let index = 0; index < 3; index++) {
      made.unshift((await submit([line('a')])).id)
      await reaches(made[0]!, 'completed')
    }
    const seen: string[] = []
    for await (const { id } of client.batches.list({ limit: 2 })) seen.push(id)
    expect(seen).toEqual([...made, ...before])
    expect(await (await gateway.get(`/v1/batches?limit=1&after=${made[0]!}`)).json()).toMatchObject({ object: 'list', first_id: made[1], last_id: made[1], has_more: true, data: [{ object: 'batch' }] })
    for (const [query, param] of [['limit=101', 'limit'], ['limit=x', 'limit'], ['after=batch_no', 'after']]) expect(await (await gateway.get(`/v1/batches?${query!}`)).json()).toMatchObject({ error: { code: 'invalid_request', param } })
  })

  it('is for its own key and for the owner alone', async () => {
    const theirs = gateway.client({ apiKey: 'fd-other' })
    const mine = await submit([line('a')])
    const made = await submit([line('a')], {}, theirs)
    expect((await theirs.batches.list()).data.map(({ id }) => id)).toEqual([made.id])
    for (const attempt of [theirs.batches.retrieve(mine.id), theirs.batches.cancel(mine.id), theirs.batches.create({ input_file_id: mine.input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' })]) await expect(attempt).rejects.toMatchObject({ status: 404 })
    expect((await client.batches.retrieve(made.id)).id).toBe(made.id)
    await reaches(made.id, 'completed')
    await reaches(mine.id, 'completed')
  })

  it('keeps its file from being deleted until its end', async () => {
    double.behave({ kind: 'hang' })
    const { input_file_id: fileId, id } = await submit([line('a')])
    await expect(client.files.delete(fileId)).rejects.toMatchObject({ status: 409, code: 'file_in_use' })
    await client.batches.cancel(id)
    await reaches(id, 'cancelled')
    expect((await client.files.delete(fileId)).deleted).toBe(true)
  })

  it('is one of so many of its key', async () => {
    double.behave({ kind: 'hang' })
    for (let index = 0; index < 3; index++) await submit([line('a')])
    await expect(submit([line('a')])).rejects.toMatchObject({ status: 400, code: 'quota_exceeded' })
    await endAll()
  })
})

describe('a call that makes a batch', () => {
  const good = { input_file_id: 'file-x', endpoint: '/v1/chat/completions', completion_window: '24h' }
  const without = (name: keyof typeof good): object => ({ ...good, [name]: undefined })
  it.each([
    ['no file', without('input_file_id'), 400, 'missing_required_parameter', 'input_file_id'],
    ['no endpoint', without('endpoint'), 400, 'missing_required_parameter', 'endpoint'],
    ['no window', without('completion_window'), 400, 'missing_required_parameter', 'completion_window'],
    ['an unknown file', good, 404, 'file_not_found', 'file_id'],
    ['a number for a file', { ...good, input_file_id: 7 }, 400, 'invalid_request', 'input_file_id'],
    ['another endpoint', { ...good, endpoint: '/v1/images' }, 400, 'invalid_request', 'endpoint'],
    ['a window in words', { ...good, completion_window: 'a day' }, 400, 'invalid_request', 'completion_window'],
    ['no time at all', { ...good, completion_window: '0h' }, 400, 'invalid_request', 'completion_window'],
    ['a window that is too long', { ...good, completion_window: '31d' }, 400, 'invalid_request', 'completion_window'],
    ['too many pairs of metadata', { ...good, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) }, 400, 'invalid_request', 'metadata'],
    ['a name of metadata that is too long', { ...good, metadata: { ['k'.repeat(65)]: 'v' } }, 400, 'invalid_request', `metadata.${'k'.repeat(65)}`],
    ['metadata that is too long', { ...good, metadata: { k: 'v'.repeat(513) } }, 400, 'invalid_request', 'metadata.k'],
    ['metadata that is no text', { ...good, metadata: { k: 1 } }, 400, 'invalid_request', 'metadata.k'],
    ['results that go too soon', { ...good, output_expires_after: { anchor: 'created_at', seconds: 60 } }, 400, 'invalid_request', 'output_expires_after.seconds'],
    ['results that go too late', { ...good, output_expires_after: { anchor: 'created_at', seconds: 2_592_001 } }, 400, 'invalid_request', 'output_expires_after.seconds'],
    ['results that go from another time on', { ...good, output_expires_after: { anchor: 'last_active_at', seconds: 3600 } }, 400, 'invalid_request', 'output_expires_after.anchor'],
    ['a field that nobody knows', { ...good, completion_windo: '24h' }, 400, 'unknown_parameter', 'completion_windo'],
    ['a list', [], 400, 'invalid_request', null],
    ['nothing', 'null', 400, 'invalid_request', null],
    ['broken JSON', '{"input_file_id":', 400, 'invalid_json', null],
    ['nothing at all', '', 400, 'invalid_json', null],
  ])('with %s is refused by name', async (_what, body, status, code, param) => {
    const answer = await gateway.post('/v1/batches', body)
    expect([answer.status, await answer.json()]).toEqual([status, { error: { message: expect.any(String) as unknown, type: expect.any(String) as unknown, code, param } }])
  })

  it.each([['24h', 24], ['72h', 72], ['7d', 168], ['30d', 720]])('may give it %s', async (window, hours) => {
    const batch = await submit([line('a')], { completion_window: window as '24h' })
    expect([batch.completion_window, batch.expires_at! - batch.created_at]).toEqual([`${hours}h`, hours * 3600])
    await reaches(batch.id, 'completed')
  })

  it('keeps results for as long as it says', async () => {
    const { id } = await submit([line('a')], { output_expires_after: { anchor: 'created_at', seconds: 7200 } })
    const { output_file_id: output } = await reaches(id, 'completed')
    const { created_at: made, expires_at: gone } = await client.files.retrieve(output!)
    expect(Math.abs(gone! - made - 7200)).toBeLessThanOrEqual(1)
  })

  it('takes no file of results', async () => {
    const { output_file_id: output } = await reaches((await submit([line('a')])).id, 'completed')
    await expect(client.batches.create({ input_file_id: output!, endpoint: '/v1/chat/completions', completion_window: '24h' })).rejects.toMatchObject({ status: 400, param: 'input_file_id' })
  })
})

describe('a file with mistakes', () => {
  const body = { model, messages: [{ role: 'user', content: 'x' }] }
  it.each([
    ['nothing in it', '', 'empty_file', null],
    ['a line that is no JSON', `${JSON.stringify(line('a'))}\nnot json`, 'invalid_json_line', 2],
    ['the same custom_id twice', jsonl([line('a'), line('b'), line('a')]), 'duplicate_custom_id', 3],
    ['too many requests', jsonl(Array.from({ length: 21 }, (_, index) => line(`${index}`))), 'too_many_tasks', null],
    ['another endpoint', jsonl([line('a'), { ...line('b'), url: '/v1/embeddings', body: { model, input: 'x' } }]), 'url_mismatch', 2],
    ['two models', jsonl([line('a'), { ...line('b'), body: { ...body, model: 'second-model' } }]), 'model_mismatch', 2],
    ['a model that is nowhere', jsonl([{ ...line('a'), body: { ...body, model: 'nowhere' } }]), 'model_not_found', 1],
    ['a request that is not right', jsonl([line('a'), { ...line('b'), body: { ...body, temperature: 9 } }]), 'invalid_request', 2],
    ['a request without a custom_id', jsonl([{ method: 'POST', url: '/v1/chat/completions', body }]), 'missing_required_parameter', 1],
    ['a zip', 'PK\x03\x04rest', 'unsupported_file', null],
  ])('(%s) makes its batch fail, with the line', async (_what, text, code, at) => {
    const { id } = await client.batches.create({ input_file_id: await upload(text), endpoint: '/v1/chat/completions', completion_window: '24h' })
    const failed = await reaches(id, 'failed')
    expect(failed).toMatchObject({ failed_at: expect.any(Number) as unknown, in_progress_at: null, output_file_id: null, error_file_id: null })
    expect(failed.errors?.object).toBe('list')
    const found = failed.errors?.data?.find((one) => one.code === code)
    expect(found).toMatchObject({ code, message: expect.stringMatching(/\.$/) as unknown })
    if (at !== null) expect(found?.line).toBe(at)
    expect(Object.keys(found ?? {}).sort()).toEqual(['code', 'line', 'message', 'param'])
  })

  it.each([
    ['a byte-order mark, CRLF and blank lines', `\uFEFF${JSON.stringify(line('a'))}\r\n\r\n${JSON.stringify(line('b'))}\r\n`],
    ['bare bodies, as FIRST takes them', jsonl([body, body])],
  ])('(%s) is none', async (_what, text) => {
    const { id } = await client.batches.create({ input_file_id: await upload(text), endpoint: '/v1/chat/completions', completion_window: '24h' })
    expect((await reaches(id, 'completed', 'failed')).request_counts).toEqual({ total: 2, completed: 2, failed: 0 })
  })
})

describe('when time goes by', () => {
  it('a batch ends as expired, and files go after thirty days', async () => {
    double.behave(({ messages }) => (JSON.stringify(messages).includes('quick') ? { kind: 'answer' } : { kind: 'hang' }))
    const { id, input_file_id: input } = await submit([line('quick'), line('slow')], { completion_window: '30d' as '24h' })
    await until('one is done', async () => (await client.batches.retrieve(id)).request_counts?.completed === 1)
    aheadMs += 30 * dayMs + 1000
    const ended = await reaches(id, 'expired')
    expect(ended).toMatchObject({ request_counts: { total: 2, completed: 1, failed: 1 }, expired_at: expect.any(Number) as unknown, completed_at: null })
    expect((await results(ended.output_file_id)).map((one) => one.custom_id)).toEqual(['quick'])
    expect(await results(ended.error_file_id)).toMatchObject([{ custom_id: 'slow', response: null, error: { code: 'batch_expired' } }])
    await expect(client.files.retrieve(input)).rejects.toMatchObject({ status: 404 })
    aheadMs += 30 * dayMs
    await expect(client.files.content(ended.output_file_id!)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    expect((await client.files.list()).data).toEqual([])
    expect((await client.batches.retrieve(id)).status).toBe('expired')
  })
})
