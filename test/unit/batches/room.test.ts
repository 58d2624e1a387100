import { roomOfBatch, type Traffic } from '@main/batches/room'
import type { ModelInfo } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const served = (cluster: string, more: Partial<ModelInfo> = {}) => ({ name: cluster, models: [{ id: 'm', cluster, framework: 'api' as const, status: 'live' as const, capacity: 4, ...more }] })
const quiet: Traffic = { clusters: [served('a')], atPlaces: [], waiting: new Map(), batches: 1 }
const batch = { id: 'batch_1', models: ['m'] }

describe('the room of a batch', () => {
  test('is what the places of its model take together', () => {
    expect(roomOfBatch(batch, { ...quiet, clusters: [served('a'), served('b', { capacity: 8 })] })).toBe(12)
    expect(roomOfBatch({ ...batch, place: { cluster: 'b' } }, { ...quiet, clusters: [served('a'), served('b', { capacity: 8 })] })).toBe(8)
  })

  test('is less by what people have there, and by those who wait', () => {
    const at = (model: string, inFlight: number, ofBatches = 0) => ({ cluster: 'a', model, inFlight, ofBatches })
    expect(roomOfBatch(batch, { ...quiet, atPlaces: [at('m', 3), at('other', 9)] })).toBe(1)
    expect(roomOfBatch(batch, { ...quiet, atPlaces: [at('m', 3, 3)] })).toBe(4)
    expect(roomOfBatch(batch, { ...quiet, atPlaces: [at('m', 4, 4)], waiting: new Map([['m', 2], ['other', 5]]) })).toBe(2)
  })

  test('has no end where a place does not say what it takes', () => {
    expect(roomOfBatch(batch, { ...quiet, clusters: [{ name: 'a', models: [{ id: 'm', cluster: 'a', framework: 'api', status: 'unknown' }] }] })).toBe(Infinity)
  })

  test('is one request where the model is not up: that brings it up', () => {
    expect(roomOfBatch(batch, { ...quiet, clusters: [served('a', { status: 'offline' })] })).toBe(1)
  })

  test('is an equal part where several batches run', () => {
    expect(roomOfBatch(batch, { ...quiet, batches: 2 })).toBe(2)
  })

  test('is what its own replica takes, whatever people and other batches do, and one until it is live', () => {
    const replica = { id: 'fd-1', cluster: 'a', model: 'm', framework: 'api' as const, state: 'live' as const, sinceMs: 0, requestedAtMs: 0, attempt: 1, batch: 'batch_1' }
    const busy = { ...quiet, atPlaces: [{ cluster: 'a', model: 'm', inFlight: 9, ofBatches: 0 }], batches: 3 }
    const clusters = (...replicas: Replica[]) => [{ ...served('a', { batchReplica: { capacity: 8 } }), replicas }]
    expect(roomOfBatch(batch, { ...busy, clusters: clusters(replica, { ...replica, batch: 'batch_2' }) })).toBe(8)
    expect(roomOfBatch(batch, { ...busy, clusters: clusters({ ...replica, state: 'starting' }) })).toBe(1)
    expect(roomOfBatch(batch, { ...busy, clusters: clusters({ ...replica, batch: 'batch_2' }) })).toBe(1)
    expect(roomOfBatch(batch, { ...quiet, clusters: [...clusters(replica), served('b')] })).toBe(12)
  })
})
