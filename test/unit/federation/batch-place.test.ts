import { placeOfBatch } from '@main/federation/batch-place'
import type { Candidate } from '@main/federation/model-index'
import type { ModelInfo } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const place = (more: Partial<ModelInfo>): Candidate => ({ key: 'lab/vllm/m', cluster: 'lab', model: 'm', framework: 'vllm', info: { id: 'm', cluster: 'lab', framework: 'vllm', status: 'live', capacity: 64, ...more } })
const replica = (more: Partial<Replica>): Replica => ({ id: 'fd-1', cluster: 'lab', model: 'm', framework: 'vllm', state: 'live', sinceMs: 1, requestedAtMs: 1, attempt: 1, batch: 'b1', ...more })
const seen = (from: Candidate, ...replicas: Replica[]): Candidate => placeOfBatch(from, 'b1', [{ name: 'lab', kind: 'slurm', isReachable: true, models: [], replicas, takenAtMs: 1 }])

describe('a place as a batch has it', () => {
  test('is everybody\'s, where the deployment has no replica for each batch', () => {
    const shared = place({})
    expect(seen(shared, replica({}))).toBe(shared)
  })

  test('is its own replica alone, under a key of its own, whatever people have there', () => {
    const own = place({ batchReplica: { capacity: 8 } })
    expect(seen(own)).toMatchObject({ key: 'b1@lab/vllm/m', batch: 'b1', info: { status: 'offline' } })
    expect(seen(own).info.capacity).toBeUndefined()
    expect(seen(own, replica({ batch: undefined }), replica({ batch: 'b2' }), replica({ model: 'n' })).info.status).toBe('offline')
    expect(seen(own, replica({ state: 'starting' })).info.status).toBe('starting')
    expect(seen(own, replica({})).info).toMatchObject({ status: 'live', capacity: 8 })
  })

  test('is under maintenance with the model, but for what is live', () => {
    const closed = place({ status: 'maintenance', batchReplica: { capacity: 8 } })
    expect([seen(closed).info.status, seen(closed, replica({})).info.status]).toEqual(['maintenance', 'live'])
  })

  test('is not known where its cluster cannot be asked', () => {
    expect(seen(place({ status: 'unknown', batchReplica: { capacity: 8 } }), replica({})).info.status).toBe('unknown')
  })
})
