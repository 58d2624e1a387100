import { toFile, type OpenAI } from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'
import { ownerKey, startGateway, type GatewayUnderTest } from '../gateway/gateway-fixture'

const model = 'double-model'
const plainModel = 'plain-model'

let double: OpenAiServer
/** The site: another gateway, whose batch service is OpenAI's. */
let site: GatewayUnderTest
let here: SiteUnderTest
beforeEach(async () => {
  double = await startOpenAiServer({ models: [model, plainModel] })
  site = await startGateway({ clusters: [{ name: 'engine', kind: 'direct', url: double.url }], config: { batches: { maxRequests: 5 } } })
  process.env['FIRST_TEST_SITE_KEY'] = ownerKey
  here = await startSite({
    clusters: [
      { name: 'far', kind: 'direct', url: `${site.origin}/v1`, apiKey: '${env:FIRST_TEST_SITE_KEY}', models: [model], batchService: true },
      { name: 'plain', kind: 'direct', url: double.url, models: [plainModel], batchService: true },
    ],
  })
})
afterEach(async () => {
  await here.close()
  await site.close()
  await double.close()
  delete process.env['FIRST_TEST_SITE_KEY']
})

async function submit(texts: readonly string[], asked = model): Promise<string> {
  const lines = texts.map((text, index) => JSON.stringify({ custom_id: `q${index}: ${text}`, method: 'POST', url: '/v1/chat/completions', body: { model: asked, messages: [{ role: 'user', content: text }] } }))
  const file = await here.client().files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'a.jsonl'), purpose: 'batch' })
  return (await here.client().batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })).id
}
type Batch = OpenAI.Batch & { readonly note?: string }
async function reaches(id: string, status: string): Promise<Batch> {
  let last: Batch | undefined
  await until(`the batch is ${status}`, async () => (last = await here.client().batches.retrieve(id)).status === status)
  return last!
}
async function idsIn(fileId: string | null | undefined): Promise<readonly string[]> {
  if (fileId == null) return []
  const text = await (await here.client().files.content(fileId)).text()
  return text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { custom_id: string }).custom_id).sort()
}
const thereToo = async (): Promise<readonly OpenAI.Batch[]> => (await site.client().batches.list()).data
const says = (word: string, messages: unknown): boolean => JSON.stringify(messages).includes(word)

describe('a batch of a cluster with a batch service', () => {
  it('is done there as one file, and its results are taken over', async () => {
    double.behave(({ messages }) => (says('bad', messages) ? { kind: 'status', status: 400 } : { kind: 'answer' }))
    const id = await submit(['one', 'bad', 'three'])
    const ended = await reaches(id, 'completed')
    expect(ended).toMatchObject({ request_counts: { total: 3, completed: 2, failed: 1 } })
    expect(ended.note).toBeUndefined()
    expect(ended.usage?.total_tokens).toBeGreaterThan(0)
    expect([await idsIn(ended.output_file_id), await idsIn(ended.error_file_id)]).toEqual([['q0: one', 'q2: three'], ['q1: bad']])
    expect(await thereToo()).toMatchObject([{ status: 'completed', request_counts: { total: 3 } }])
    expect(double.chats).toHaveLength(3)
  })

  it('is gone on with after a restart, and not sent twice', async () => {
    let answer = (): void => undefined
    double.behave({ kind: 'answer', startWhen: new Promise<void>((resolve) => (answer = resolve)) })
    const id = await submit(['one', 'two'])
    await until('it is there', async () => (await thereToo())[0]?.status === 'in_progress')
    await here.restart()
    answer()
    const ended = await reaches(id, 'completed')
    expect(await idsIn(ended.output_file_id)).toEqual(['q0: one', 'q1: two'])
    expect(await thereToo()).toHaveLength(1)
    expect(double.chats).toHaveLength(2)
  })

  it('is cancelled there, and keeps what was done', async () => {
    double.behave(({ messages }) => (says('quick', messages) ? { kind: 'answer' } : { kind: 'hang' }))
    const id = await submit(['quick', 'slow'])
    await until('one is done there', async () => (await thereToo())[0]?.request_counts?.completed === 1)
    await here.client().batches.cancel(id)
    const ended = await reaches(id, 'cancelled')
    expect(ended.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
    expect([await idsIn(ended.output_file_id), await idsIn(ended.error_file_id)]).toEqual([['q0: quick'], ['q1: slow']])
    expect((await thereToo())[0]?.status).toBe('cancelled')
  })

  it('that the site refuses is sent one by one, which it says', async () => {
    const id = await submit(['one', 'two', 'three', 'four', 'five', 'six'])
    const ended = await reaches(id, 'completed')
    expect(ended.request_counts).toEqual({ total: 6, completed: 6, failed: 0 })
    expect(ended.note).toMatch(/^The batch service of the cluster "far" refused the file .*; its requests are sent one by one\.$/)
    expect((await thereToo())[0]?.status).toBe('failed')
  })

  it('of a server that has none is sent one by one, which it says', async () => {
    const ended = await reaches(await submit(['one'], plainModel), 'completed')
    expect(ended.note).toContain('answered 404')
    expect(await thereToo()).toEqual([])
  })
})
