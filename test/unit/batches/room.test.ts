import { roomBesidePeople, type Traffic } from '@main/batches/room'
import type { ModelInfo } from '@shared/domain/model'
import { describe, expect, test } from 'vitest'

const served = (cluster: string, more: Partial<ModelInfo> = {}) => ({ name: cluster, models: [{ id: 'm', cluster, framework: 'api' as const, status: 'live' as const, capacity: 4, ...more }] })
const quiet: Traffic = { clusters: [served('a')], inFlight: [], waiting: new Map(), ofBatches: 0 }
const batch = { models: ['m'] }

describe('the room of a batch', () => {
  test('is what the places of its model take together', () => {
    expect(roomBesidePeople(batch, { ...quiet, clusters: [served('a'), served('b', { capacity: 8 })] })).toBe(12)
    expect(roomBesidePeople({ ...batch, place: { cluster: 'b' } }, { ...quiet, clusters: [served('a'), served('b', { capacity: 8 })] })).toBe(8)
  })

  test('is less by what people have there, and by those who wait', () => {
    const inFlight = [{ cluster: 'a', model: 'm', inFlight: 3 }, { cluster: 'a', model: 'other', inFlight: 9 }]
    expect(roomBesidePeople(batch, { ...quiet, inFlight })).toBe(1)
    expect(roomBesidePeople(batch, { ...quiet, inFlight, ofBatches: 3 })).toBe(4)
    expect(roomBesidePeople(batch, { ...quiet, inFlight: [{ cluster: 'a', model: 'm', inFlight: 4 }], waiting: new Map([['m', 2], ['other', 5]]), ofBatches: 4 })).toBe(2)
  })

  test('has no end where a place does not say what it takes', () => {
    expect(roomBesidePeople(batch, { ...quiet, clusters: [{ name: 'a', models: [{ id: 'm', cluster: 'a', framework: 'api', status: 'unknown' }] }] })).toBe(Infinity)
  })

  test('is one request where the model is not up: that brings it up', () => {
    expect(roomBesidePeople(batch, { ...quiet, clusters: [served('a', { status: 'offline' })] })).toBe(1)
  })
})
