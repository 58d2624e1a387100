import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BatchReport } from '@shared/domain/batch-report'
import type { Batch } from '@shared/domain/batch'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

let server: OpenAiServer
let site: SiteUnderTest

beforeAll(async () => {
  server = await startOpenAiServer({ models: ['org/model'] })
  site = await startSite({ clusters: [{ name: 'there', kind: 'direct', url: server.url }] })
  await site.clusters()
})
afterAll(async () => {
  await site.close()
  await server.close()
})

const line = (customId: string, content: string): string => JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body: { model: 'org/model', messages: [{ role: 'user', content }] } })
const send = async (lines: readonly string[], name = 'elements.jsonl'): Promise<string> => (await site.client().files.create({ file: new File([lines.join('\n')], name), purpose: 'batch' })).id
const batchNow = async (id: string): Promise<Batch | undefined> => (await call(site.core.router.batches.list, undefined)).find((batch) => batch.id === id)
const ended = async ({ id }: Pick<Batch, 'id'>): Promise<Batch> => {
  await until('the batch is over', async () => (await batchNow(id))?.endedAtMs !== undefined)
  const batch = await batchNow(id)
  if (batch === undefined) throw new Error('it is gone')
  return batch
}
/** The server refuses what speaks of lead. */
const refusesLead = (): void =>
  server.behave((body) => (JSON.stringify(body).includes('lead') ? { kind: 'status', status: 400, body: { error: { message: 'Not about lead.', type: 'invalid_request_error', param: null, code: 'refused' } } } : { kind: 'answer' }))

describe('batches over the contract', () => {
  test('a file is checked before it is a batch: how far, and then what is wrong with it', async () => {
    const fileId = await send([line('a', 'iron'), '{"custom_id":', line('a', 'tin')])
    const events = await call(site.core.router.batches.check, { fileId })
    let report: BatchReport | undefined
    let read = 0
    for await (const event of events) {
      if (event.kind === 'progress') read = event.progress.bytes
      else report = event.report
    }
    expect(read).toBe(report?.bytes)
    expect(report?.findings.map(({ line: at, code }) => [at, code])).toEqual([[2, 'invalid_json_line'], [3, 'duplicate_custom_id']])
    expect(await call(site.core.router.batches.list, undefined)).toEqual([])
    const unknown = await call(site.core.router.batches.check, { fileId: 'file-none' })
    await expect(unknown.next()).rejects.toMatchObject({ message: 'There is no file "file-none".' })
  })

  test('what fails is shown first, and only that is tried again in a new batch', async () => {
    refusesLead()
    const names = ['iron', 'lead', 'tin', 'more lead', 'gold']
    const fileId = await send([...names.map((name) => line(name, `Tell me of ${name}.`)), JSON.stringify({ messages: [{ role: 'user', content: 'A bare one on lead.' }] })])
    const first = await ended(await call(site.core.router.batches.create, { fileId, endpoint: '/v1/chat/completions', model: 'org/model', place: { cluster: 'there' } }))
    expect(first).toMatchObject({ status: 'completed', total: 6, completed: 3, failed: 3 })

    const page = (id: string, query: { filter?: 'all' | 'failed'; search?: string; limit?: number } = {}) => call(site.core.router.batches.rows, { id, filter: 'all', search: '', offset: 0, limit: 100, ...query })
    const { total, rows } = await page(first.id)
    expect(total).toBe(6)
    expect(rows.map(({ customId, state }) => [customId, state])).toEqual([
      ['lead', 'failed'], ['more lead', 'failed'], ['request-6', 'failed'], ['iron', 'completed'], ['tin', 'completed'], ['gold', 'completed'],
    ])
    expect(rows[0]).toMatchObject({ index: 1, line: 2, statusCode: 400, question: 'Tell me of lead.', answer: expect.stringContaining('Not about lead.') as unknown })
    expect(rows[3]).toMatchObject({ statusCode: 200, answer: 'You said: Tell me of iron.' })
    expect(await page(first.id, { search: 'GOLD' })).toMatchObject({ total: 1, rows: [{ customId: 'gold' }] })
    expect(await page(first.id, { filter: 'failed', limit: 1 })).toMatchObject({ total: 3, rows: [{ customId: 'lead' }] })
    const detail = await call(site.core.router.batches.row, { id: first.id, index: 5 })
    expect(detail).toMatchObject({ customId: 'request-6', line: 6 })
    expect(JSON.parse(detail.result ?? '')).toMatchObject({ custom_id: 'request-6', response: { status_code: 400 } })

    const fetched = async (format: string) => await fetch(`${site.core.url}/v1/batches/${first.id}/results?format=${format}`, { headers: { authorization: `Bearer ${site.core.ownerKey}` } })
    const table = await fetched('csv')
    expect(Object.fromEntries(table.headers)).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename=elements.results.csv' })
    expect((await table.text()).split('\r\n').map((row) => row.split(',').slice(0, 4).join(','))).toEqual(['custom_id,line,state,status_code', 'iron,1,completed,200', 'lead,2,failed,400', 'tin,3,completed,200', 'more lead,4,failed,400', 'gold,5,completed,200', 'request-6,6,failed,400', ''])
    expect((await (await fetched('jsonl')).text()).match(/"custom_id":"[^"]+"/g)).toEqual(['iron', 'lead', 'tin', 'more lead', 'gold', 'request-6'].map((name) => `"custom_id":"${name}"`))
    expect(await (await fetched('xlsx')).json()).toMatchObject({ error: { code: 'invalid_request', param: 'format' } })

    server.behave({ kind: 'answer' })
    const asked = server.requests.length
    const second = await ended(await call(site.core.router.batches.retryFailed, { id: first.id }))
    expect(second).toMatchObject({ name: 'elements.retry.jsonl', status: 'completed', total: 3, completed: 3, failed: 0, place: { cluster: 'there' }, metadata: { retry_of: first.id } })
    expect(server.requests.length - asked).toBe(3)
    expect((await page(second.id)).rows.map(({ customId, answer }) => [customId, answer])).toEqual([['lead', 'You said: Tell me of lead.'], ['more lead', 'You said: Tell me of more lead.'], ['request-6', 'You said: A bare one on lead.']])
    await expect(call(site.core.router.batches.retryFailed, { id: second.id })).rejects.toMatchObject({ message: `Every request of the batch "${second.id}" has its answer.` })
  })

  test('what is waiting can be seen while the batch runs, and cannot be tried again before its end', async () => {
    let goOn = (): void => undefined
    const startWhen = new Promise<void>((resolve) => (goOn = resolve))
    server.behave((body) => ({ kind: 'answer', ...(JSON.stringify(body).includes('slow') && { startWhen }) }))
    const { id } = await call(site.core.router.batches.create, { fileId: await send([line('one', 'slow'), line('two', 'quick')]), endpoint: '/v1/chat/completions' })
    const states = async () => (await call(site.core.router.batches.rows, { id, filter: 'all', search: '', offset: 0, limit: 100 })).rows.map(({ customId, state }) => `${customId} ${state}`).join(', ')
    await until('one is done', async () => (await states()) === 'one waiting, two completed')
    await expect(call(site.core.router.batches.retryFailed, { id })).rejects.toMatchObject({ message: `The batch "${id}" is not over yet.` })
    goOn()
    await ended({ id })
    expect(await states()).toBe('one completed, two completed')
  })

  test('each place is told with what the last batch there reached', async () => {
    server.behave({ kind: 'answer' })
    const { id } = await ended(await call(site.core.router.batches.create, { fileId: await send(Array.from({ length: 30 }, (_, index) => line(`n-${index}`, 'hello'))), endpoint: '/v1/chat/completions' }))
    const { completed = 0, inProgressAtMs = 0, endedAtMs = 0 } = (await batchNow(id)) ?? {}
    const estimates = await call(site.core.router.batches.estimates, { models: ['org/model', 'org/none'] })
    expect(estimates).toMatchObject([{ cluster: 'there', model: 'org/model', status: 'live' }])
    expect(estimates[0]?.requestsPerS).toBeCloseTo((completed * 1000) / Math.max(1, endedAtMs - inProgressAtMs))
  })

  test('a batch whose file was not right has nothing to try again', async () => {
    const { id } = await ended(await call(site.core.router.batches.create, { fileId: await send(['{}']), endpoint: '/v1/chat/completions' }))
    await expect(call(site.core.router.batches.retryFailed, { id })).rejects.toMatchObject({ message: `The batch "${id}" has never run: its file was not found to be right.` })
    await expect(call(site.core.router.batches.rows, { id: 'batch_none', filter: 'all', search: '', offset: 0, limit: 1 })).rejects.toMatchObject({ message: 'There is no batch "batch_none".' })
  })
})
