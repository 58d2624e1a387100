import { toFile, type OpenAI } from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { startCuttableLine, type BreakingPoint, type CuttableLine } from '../../fixtures/cuttable-line'
import { startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'
import { ownerKey, startGateway, type GatewayUnderTest } from '../gateway/gateway-fixture'

const model = 'double-model'
const questions = Array.from({ length: 200 }, (_, index) => `question ${index}`)

let double: OpenAiServer
/** The site: another gateway, whose batch service is OpenAI's; reached over a line that can be cut. */
let site: GatewayUnderTest
let line: CuttableLine
let here: SiteUnderTest
beforeEach(async () => {
  double = await startOpenAiServer({ models: [model] })
  site = await startGateway({ clusters: [{ name: 'engine', kind: 'direct', url: double.url }] })
  line = await startCuttableLine(Number(new URL(site.origin).port))
  process.env['FIRST_TEST_SITE_KEY'] = ownerKey
  here = await startSite({ clusters: [{ name: 'far', kind: 'direct', url: `http://127.0.0.1:${line.port}/v1`, apiKey: '${env:FIRST_TEST_SITE_KEY}', models: [model], batchService: true }] })
})
afterEach(async () => {
  await here.close()
  await line.close()
  await site.close()
  await double.close()
  delete process.env['FIRST_TEST_SITE_KEY']
})

async function submit(): Promise<string> {
  const lines = questions.map((text) => JSON.stringify({ custom_id: text, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: text }] } }))
  const file = await here.client().files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'a.jsonl'), purpose: 'batch' })
  return (await here.client().batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })).id
}

const thereToo = async (): Promise<readonly OpenAI.Batch[]> => (await site.client().batches.list()).data
const idsIn = async (fileId: string | null | undefined): Promise<readonly string[]> =>
  fileId == null ? [] : (await (await here.client().files.content(fileId)).text()).trimEnd().split('\n').map((text) => (JSON.parse(text) as { custom_id: string }).custom_id)

/** Each question has one answer, was asked once, and there is one batch of it at the site. */
async function expectOnce(id: string): Promise<void> {
  let batch: (OpenAI.Batch & { readonly note?: string }) | undefined
  await until('the batch is done', async () => (batch = await here.client().batches.retrieve(id)).status === 'completed')
  expect(batch?.note).toBeUndefined()
  expect(batch?.request_counts).toEqual({ total: questions.length, completed: questions.length, failed: 0 })
  expect([...(await idsIn(batch?.output_file_id))].sort()).toEqual([...questions].sort())
  expect(await thereToo()).toMatchObject([{ request_counts: { total: questions.length } }])
  expect(double.chats).toHaveLength(questions.length)
}

const cuts: readonly (readonly [when: string, point: BreakingPoint])[] = [
  ['while the file goes there', { request: 'POST /v1/files', bytes: 2_000, of: 'request' }],
  ['before the order for it is heard', { request: 'POST /v1/batches', bytes: 0, of: 'request' }],
  ['before the answer to the order is heard', { request: 'POST /v1/batches', bytes: 0, of: 'answer' }],
  ['while its results come', { request: 'GET /v1/files/', bytes: 5_000, of: 'answer' }],
]

describe('the way to a batch service that is cut', () => {
  for (const [when, point] of cuts)
    for (const isRestarted of [false, true])
      it(`${when} loses nothing and doubles nothing${isRestarted ? ', with a restart in between' : ''}`, async () => {
        const cut = line.cutAt(point)
        const id = await submit()
        await cut
        if (isRestarted) await here.restart()
        await line.mend()
        await expectOnce(id)
      })

  it('while the batch is done there is waited for, and so is the end of a restart', async () => {
    let answer = (): void => undefined
    double.behave({ kind: 'answer', startWhen: new Promise<void>((resolve) => (answer = resolve)) })
    const id = await submit()
    await until('it is there', async () => (await thereToo())[0]?.status === 'in_progress')
    await line.cut()
    await here.restart()
    answer()
    await until('it is done there', async () => (await thereToo())[0]?.status === 'completed')
    expect((await here.client().batches.retrieve(id)).status).toBe('in_progress')
    await line.mend()
    await expectOnce(id)
  })
})
