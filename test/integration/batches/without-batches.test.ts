import { toFile, type OpenAI } from 'openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

const [closed, open] = ['org/closed', 'org/open']
let double: OpenAiServer
let here: SiteUnderTest
beforeEach(async () => {
  double = await startOpenAiServer({ models: [open] })
  const deployment = (model: string): object => ({ model, framework: 'api', launch: scripted(), batch: { enabled: false } })
  here = await startSite({
    clusters: [
      { name: 'here', kind: 'local', deployments: [deployment(closed), deployment(open)] },
      { name: 'there', kind: 'direct', url: double.url },
    ],
  })
  await here.clusters()
})
afterEach(async () => {
  await here.close()
  await double.close()
})

async function ended(model: string): Promise<OpenAI.Batch> {
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: 'Hello' }] } }
  const file = await here.client().files.create({ file: await toFile(Buffer.from(JSON.stringify(line)), 'a.jsonl'), purpose: 'batch' })
  const { id } = await here.client().batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })
  let batch: OpenAI.Batch | undefined
  await until('the batch is over', async () => ['completed', 'failed'].includes((batch = await here.client().batches.retrieve(id)).status))
  return batch!
}

describe('a deployment with batch.enabled false', () => {
  test('has no batch of its model where nothing else serves it, and the batch says so', async () => {
    expect(await ended(closed)).toMatchObject({ status: 'failed', errors: { data: [{ line: 1, code: 'invalid_request', message: expect.stringContaining('takes no batches here') as string }] } })
  })

  test('is left out where another place serves the model', async () => {
    expect(await ended(open)).toMatchObject({ status: 'completed', request_counts: { completed: 1 } })
    expect(double.chats).toHaveLength(1)
    expect(await here.replicas()).toEqual([])
  })
})
