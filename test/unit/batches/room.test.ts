import { roomOfBatch, type Traffic } from '@main/batches/room'
import type { ModelInfo } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const served = (cluster: string, more: Partial<ModelInfo> = {}) => ({ name: cluster, models: [{ id: 'm', cluster, framework: 'api' as const, status: 'live' as const, capacity: 4, ...more }] })
const aliases: Readonly<Record<string, readonly string[]>> = { fast: ['m', 'other'] }
interface Scene extends Partial<Omit<Traffic, 'clusters' | 'placesOf'>> {
  readonly clusters?: readonly { readonly name: string; readonly models: readonly ModelInfo[]; readonly replicas?: Replica[] }[]
}
const traffic = ({ clusters = [served('a')], ...more }: Scene = {}): Traffic => ({
  clusters,
  placesOf: (name, at) => clusters.flatMap(({ models }) => models).filter(({ id, cluster }) => (aliases[name] ?? [name]).includes(id) && (at === undefined || at.cluster === cluster)),
  atPlaces: [],
  waiting: new Map(),
  sending: [],
  ...more,
})
const batch = { id: 'batch_1', models: ['m'] }

describe('the room of a batch', () => {
  test('is what the places of its model take together', () => {
    expect(roomOfBatch(batch, traffic({ clusters: [served('a'), served('b', { capacity: 8 })] }))).toBe(12)
    expect(roomOfBatch({ ...batch, place: { cluster: 'b' } }, traffic({ clusters: [served('a'), served('b', { capacity: 8 })] }))).toBe(8)
  })

  test('is less by what people have there, and by those who wait', () => {
    const at = (model: string, inFlight: number, ofBatches = 0) => ({ cluster: 'a', model, inFlight, ofBatches })
    expect(roomOfBatch(batch, traffic({ atPlaces: [at('m', 3), at('other', 9)] }))).toBe(1)
    expect(roomOfBatch(batch, traffic({ atPlaces: [at('m', 3, 3)] }))).toBe(4)
    expect(roomOfBatch(batch, traffic({ atPlaces: [at('m', 4, 4)], waiting: new Map([['m', 2], ['other', 5]]) }))).toBe(2)
  })

  test('has no end where a place does not say what it takes', () => {
    expect(roomOfBatch(batch, traffic({ clusters: [{ name: 'a', models: [{ id: 'm', cluster: 'a', framework: 'api', status: 'unknown' }] }] }))).toBe(Infinity)
  })

  test('is one request where the model is not up: that brings it up', () => {
    expect(roomOfBatch(batch, traffic({ clusters: [served('a', { status: 'offline' })] }))).toBe(1)
  })

  test('is an equal part where several batches send to the same places', () => {
    const sending = [batch, { id: 'batch_2', models: ['m'] }, { id: 'batch_3', models: ['other'] }]
    expect(roomOfBatch(batch, traffic({ sending }))).toBe(2)
    expect(roomOfBatch(batch, traffic({ sending: [{ id: 'batch_2', models: ['m'], place: { cluster: 'b' } }] }))).toBe(4)
  })

  test('is the same by an alias as by the ids that it stands for', () => {
    const named = { id: 'batch_1', models: ['fast'] }
    const clusters = [served('a'), served('b', { id: 'other', capacity: 8 }), served('c', { id: 'third' })]
    expect(roomOfBatch(named, traffic({ clusters }))).toBe(12)
    expect(roomOfBatch({ id: 'batch_1', models: ['fast', 'm'] }, traffic({ clusters }))).toBe(12)
    expect(roomOfBatch(named, traffic({ clusters, atPlaces: [{ cluster: 'b', model: 'other', inFlight: 3, ofBatches: 1 }] }))).toBe(10)
    expect(roomOfBatch(batch, traffic({ waiting: new Map([['fast', 3]]) }))).toBe(1)
    expect(roomOfBatch(named, traffic({ clusters, sending: [batch, { id: 'batch_2', models: ['other'] }] }))).toBe(6)
    const replica = { id: 'fd-1', cluster: 'a', model: 'm', framework: 'api' as const, state: 'live' as const, sinceMs: 0, requestedAtMs: 0, attempt: 1, batch: 'batch_1' }
    expect(roomOfBatch(named, traffic({ clusters: [{ ...served('a', { batchReplica: { capacity: 8 } }), replicas: [replica] }] }))).toBe(8)
  })

  test('is what its own replica takes, whatever people and other batches do, and one until it is live', () => {
    const replica = { id: 'fd-1', cluster: 'a', model: 'm', framework: 'api' as const, state: 'live' as const, sinceMs: 0, requestedAtMs: 0, attempt: 1, batch: 'batch_1' }
    const busy = { atPlaces: [{ cluster: 'a', model: 'm', inFlight: 9, ofBatches: 0 }], sending: [{ id: 'batch_2', models: ['m'] }, { id: 'batch_3', models: ['m'] }] }
    const clusters = (...replicas: Replica[]) => [{ ...served('a', { batchReplica: { capacity: 8 } }), replicas }]
    expect(roomOfBatch(batch, traffic({ ...busy, clusters: clusters(replica, { ...replica, batch: 'batch_2' }) }))).toBe(8)
    expect(roomOfBatch(batch, traffic({ ...busy, clusters: clusters({ ...replica, state: 'starting' }) }))).toBe(1)
    expect(roomOfBatch(batch, traffic({ ...busy, clusters: clusters({ ...replica, batch: 'batch_2' }) }))).toBe(1)
    expect(roomOfBatch(batch, traffic({ clusters: [...clusters(replica), served('b')] }))).toBe(12)
  })
})
