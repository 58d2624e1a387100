import { describe, expect, it } from 'vitest'
import type { InferenceRequest } from '@main/gateway/inference-request'
import { openRecord } from '@main/gateway/record'
import type { Operation } from '@shared/domain/model'

function recordOf(operation: Operation): ReturnType<typeof openRecord> {
  const record = openRecord({ id: 'r', door: 'openai', route: '/v1/x' }, () => 0)
  const asked: InferenceRequest = { operation, model: 'm', isStreamed: false, wantsUsage: false, bytes: Buffer.alloc(4000), fields: { input: Array<number>(100).fill(7) } }
  record.request(asked)
  return record
}

describe('what a request used, where its place did not say', () => {
  it.each([
    ['chat_completions', { promptTokens: 100, completionTokens: 7, totalTokens: 107, isEstimated: true }],
    ['embeddings', { promptTokens: 100, completionTokens: 0, totalTokens: 100, isEstimated: true }],
  ] as const)('is estimated for %s', (operation, usage) => {
    const record = recordOf(operation)
    record.pieces(7)
    expect(record.settleUsage()).toEqual(usage)
  })

  it('is nothing where nothing was answered', () => {
    expect(recordOf('chat_completions').settleUsage()).toBeUndefined()
  })

  it.each([
    ['what the place had said of it', 12, 12],
    ['estimated where the place had said none', 0, 100],
  ])('is, of an answer that was cut, its pieces, with a prompt that is %s', (_what, said, promptTokens) => {
    const record = recordOf('messages')
    record.usage({ promptTokens: said, completionTokens: 1, totalTokens: said + 1, isEstimated: true })
    record.pieces(7)
    expect(record.settleUsage()).toEqual({ promptTokens, completionTokens: 7, totalTokens: promptTokens + 7, isEstimated: true })
  })

  it('is what the place said, where it does', () => {
    const record = recordOf('chat_completions')
    record.pieces(7)
    record.usage({ promptTokens: 1, completionTokens: 2, totalTokens: 3, isEstimated: false })
    expect(record.settleUsage()).toEqual({ promptTokens: 1, completionTokens: 2, totalTokens: 3, isEstimated: false })
  })
})
