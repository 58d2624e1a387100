import { describe, expect, test } from 'vitest'
import { estimateBatches } from '@main/batches/estimates'
import type { Batch } from '@shared/domain/batch'
import type { ModelInfo } from '@shared/domain/model'
import type { UsageRow } from '@shared/domain/records'
import { FirstError } from '@shared/errors'

const place = (cluster: string, change: Partial<ModelInfo> = {}) => ({ cluster, info: { id: 'a/b', cluster, framework: 'vllm', status: 'live', ...change } satisfies ModelInfo })
const used = (id: string, change: Partial<UsageRow> = {}): UsageRow => ({ id, label: id, requests: 100, failures: 20, promptTokens: 6000, completionTokens: 2000, estimatedRequests: 0, p50TotalMs: 2000, ...change })
const ran = (change: Partial<Batch> = {}): Batch => ({
  id: 'batch_a', name: 'x', owner: 'Owner', endpoint: '/v1/chat/completions', models: ['a/b'], status: 'completed', isPaused: false, createdAtMs: 0, inProgressAtMs: 10_000, endedAtMs: 20_000, expiresAtMs: 1, total: 500, completed: 500, failed: 0, byCluster: { here: 500 }, errors: [], inputFileId: 'f', seq: 1, ...change,
})
const estimate = (given: { places: ReturnType<typeof place>[]; usage?: UsageRow[]; batches?: Batch[] }) =>
  estimateBatches(['a/b'], { places: () => given.places, records: { usage: () => Promise.resolve(given.usage ?? []) }, batches: () => given.batches ?? [], clock: () => 1e9 })

describe('what a place would take for a batch', () => {
  test('is what the last batch there reached, with the tokens of a usual request', async () => {
    expect(await estimate({ places: [place('here', { capacity: 4 })], usage: [used('here')], batches: [ran(), ran({ endedAtMs: 110_000 })] })).toEqual([
      { cluster: 'here', model: 'a/b', framework: 'vllm', status: 'live', capacity: 4, requestsPerS: 50, tokensPerS: 5000 },
    ])
  })

  test('is what one reaches that runs there now', async () => {
    const running = ran({ status: 'in_progress', requestsPerS: 7 })
    delete running.endedAtMs
    expect(await estimate({ places: [place('here')], batches: [running, ran()] })).toMatchObject([{ requestsPerS: 7 }])
  })

  test('is by its capacity and the time of a request, where no batch says it', async () => {
    const of = [ran({ byCluster: { here: 1, there: 499 } }), ran({ models: ['c/d'] }), ran({ completed: 3 })]
    expect(await estimate({ places: [place('here', { capacity: 4 }), place('there', { capacity: 8, status: 'offline' })], usage: [used('here')], batches: of })).toEqual([
      { cluster: 'here', model: 'a/b', framework: 'vllm', status: 'live', capacity: 4, requestsPerS: 2, tokensPerS: 200 },
      { cluster: 'there', model: 'a/b', framework: 'vllm', status: 'offline', capacity: 8 },
    ])
  })

  test('is by what the replica of a batch takes, where each has one', async () => {
    expect(await estimate({ places: [place('here', { status: 'offline', batchReplica: { capacity: 16 } })], usage: [used('here')] })).toMatchObject([{ capacity: 16, requestsPerS: 8 }])
  })

  test('is not said where nothing is known, and a model that is nowhere has no place', async () => {
    expect(await estimate({ places: [place('here')], usage: [used('here')] })).toEqual([{ cluster: 'here', model: 'a/b', framework: 'vllm', status: 'live' }])
    const nowhere = () => {
      throw new FirstError('model_not_found', 'There is none.')
    }
    expect(await estimateBatches(['x'], { places: nowhere, records: { usage: () => Promise.resolve([]) }, batches: () => [], clock: () => 1e9 })).toEqual([])
  })
})
