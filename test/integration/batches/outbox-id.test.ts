import { call } from '@orpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSite, type SiteUnderTest } from '../../fixtures/site-under-test'

let site: SiteUnderTest

beforeAll(async () => {
  site = await startSite({ clusters: [] })
})
afterAll(() => site.close())

test('an order that is sent again, because its answer was lost, makes no second batch, also after a restart', async () => {
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'org/model', messages: [{ role: 'user', content: 'iron' }] } })
  const { id: fileId } = await site.client().files.create({ file: new File([line], 'iron.jsonl'), purpose: 'batch' })
  const order = { fileId, endpoint: '/v1/chat/completions', outboxId: '0199-order' } as const
  const first = await call(site.core.router.batches.create, order)
  expect((await call(site.core.router.batches.create, order)).id).toBe(first.id)
  await site.restart()
  expect((await call(site.core.router.batches.create, order)).id).toBe(first.id)
  expect((await call(site.core.router.batches.create, { ...order, outboxId: '0199-another' })).id).not.toBe(first.id)
  expect(await call(site.core.router.batches.list, undefined)).toHaveLength(2)
})
