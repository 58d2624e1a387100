import { createBatchAsks, type BatchAsks } from '@main/scheduler/batch-asks'
import { createDemandBook } from '@main/scheduler/demand-book'
import { createLeases, type Leases } from '@main/scheduler/leases'
import { defaultPolicy } from '@main/scheduler/policy'
import { deploymentKey, type StoredReplica } from '@main/scheduler/stored-replica'
import type { Demand, Override } from '@main/scheduler/world'
import { FirstError } from '@shared/errors'
import { beforeEach, describe, expect, test } from 'vitest'
import { deploymentOf } from './driver'

const name = { cluster: 'lab', model: 'm', framework: 'vllm' } as const
const key = deploymentKey(name)

let nowMs: number
let own: StoredReplica[]
let wish: Override | undefined
let obstacle: FirstError | undefined
let wished: number
let leases: Leases
let asks: BatchAsks
let isDedicated: boolean
let demandNow: () => Demand | undefined

const replica = (id: string, more: Partial<StoredReplica> = {}): StoredReplica => ({ id, ...name, state: 'live', sinceMs: nowMs, requestedAtMs: nowMs, attempt: 1, handle: `job-${id}`, baseUrl: `http://${id}/v1`, liveAtMs: nowMs, ...more })
const failed = (more: Partial<StoredReplica> = {}): StoredReplica => replica('dead', { state: 'failed', liveAtMs: undefined, reason: 'It ended with exit code 3.', logTail: 'no weights', ...more })
const refusal = (): FirstError => {
  try {
    leases.acquire(name)
  } catch (cause) {
    if (cause instanceof FirstError) return cause
    throw cause
  }
  throw new Error('there was a replica')
}

beforeEach(() => {
  nowMs = 1_800_000_000_000
  own = []
  wish = obstacle = undefined
  wished = 0
  isDedicated = false
  const deployment = deploymentOf({ requestsPerReplica: 2, ready: { attempts: 2 } })
  const demand = createDemandBook({ clock: () => nowMs, waiting: () => 0, calmMs: defaultPolicy.calmMs, askedMs: defaultPolicy.askedMs, lastRequestMs: () => undefined })
  demandNow = () => demand.read([key]).get(key)
  leases = createLeases({
    demand,
    asks: (asks = createBatchAsks({ clock: () => nowMs, askedMs: defaultPolicy.askedMs })),
    startTimes: new Map(),
    policy: defaultPolicy,
    clock: () => nowMs,
    keyOf: (id) => `key of ${id}`,
    deploymentOf: ({ model }) => (model === name.model ? { ...deployment, batch: { enabled: true, dedicated: isDedicated } } : undefined),
    replicasOf: () => own,
    wishOf: () => wish,
    obstacle: () => obstacle,
    onDemand: () => void (wished += 1),
  })
})

describe('a request', () => {
  test('gets the live replica that has the least to do, with its own key', () => {
    own = [replica('a'), replica('b')]
    expect([leases.acquire(name), leases.acquire(name), leases.acquire(name)].map(({ baseUrl }) => baseUrl)).toEqual(['http://a/v1', 'http://b/v1', 'http://a/v1'])
    expect(leases.acquire(name).key).toBe('key of b')
    expect([...leases.inFlight]).toEqual([['a', 2], ['b', 2]])
    expect(refusal()).toMatchObject({ code: 'model_loading', retryAfterS: 1 })
  })

  test('goes to a replica that does not answer its readiness check only where no other has room', () => {
    own = [replica('silent', { unreadySinceMs: nowMs }), replica('a')]
    expect([leases.acquire(name), leases.acquire(name), leases.acquire(name)].map(({ baseUrl }) => baseUrl)).toEqual(['http://a/v1', 'http://a/v1', 'http://silent/v1'])
  })

  test('that ends gives its place back, once', () => {
    own = [replica('a')]
    const [first] = [leases.acquire(name), leases.acquire(name)]
    first.release()
    first.release()
    expect([...leases.inFlight]).toEqual([['a', 1]])
    expect(demandNow()).toMatchObject({ inFlight: 1, peak: 2 })
  })

  test('is not sent where no connection was taken, until that has answered again', () => {
    own = [replica('a')]
    leases.acquire(name).suspect()
    expect(leases.suspectSinceMs('a')).toBe(nowMs)
    expect(refusal()).toMatchObject({ code: 'model_loading', retryAfterS: 2 })
    leases.clear('a')
    expect(leases.acquire(name).baseUrl).toBe('http://a/v1')
  })

  test('for a cold model asks for one, and hears why it waits', () => {
    expect(refusal()).toMatchObject({ code: 'model_loading', retryAfterS: 30 })
    expect([wished, demandNow()?.lastRequestMs]).toEqual([1, nowMs])
    own = [replica('a', { state: 'queued', liveAtMs: undefined, reason: 'It waits for nodes to be free.' })]
    expect(refusal().message).toContain('It waits for nodes to be free.')
  })

  test('for a deployment that is gone is told so', () => {
    expect(() => leases.acquire({ ...name, model: 'other' })).toThrow(/does not serve the model "other" any more/)
  })
})

describe('a request for a model that did not start', () => {
  test('waits for the next attempt, and is told what was printed after the last', () => {
    own = [failed()]
    expect(refusal().code).toBe('model_loading')
    own = [failed({ attempt: 2 })]
    expect(refusal()).toMatchObject({ code: 'model_failed', message: expect.stringContaining('It ended with exit code 3.') as string, info: { log: 'no weights' } })
  })

  test('asks for a start again once the failure is old, or an admin has said so', () => {
    own = [failed({ attempt: 2 })]
    wish = { ...name, kind: 'start', atMs: nowMs + 1 }
    expect(refusal().code).toBe('model_loading')
    wish = undefined
    expect(refusal().code).toBe('model_failed')
    nowMs += defaultPolicy.coolDownMs
    expect(refusal().code).toBe('model_loading')
  })

  test('is told at once where its cluster would not even take it', () => {
    own = [failed({ handle: undefined, reason: 'There is no queue "x".' })]
    expect(refusal()).toMatchObject({ code: 'model_failed', message: expect.stringContaining('no queue "x"') as string })
  })

  test('waits where it had served and was ended from outside', () => {
    own = [failed({ attempt: 2, liveAtMs: nowMs - 1000 })]
    expect(refusal().code).toBe('model_loading')
  })
})

describe('a request that no replica will come for', () => {
  test.each(['stop', 'drain'] as const)('is told that an admin wants none: %s', (kind) => {
    wish = { ...name, kind, atMs: nowMs }
    expect(refusal()).toMatchObject({ code: 'model_failed', message: expect.stringContaining('switched off') as string })
    expect(wished).toBe(0)
  })

  test('is told why its cluster cannot be asked, unless one is on its way there', () => {
    obstacle = new FirstError('upstream_unreachable', 'squeue did not answer within 20 s.')
    expect(refusal()).toBe(obstacle)
    own = [replica('a', { state: 'queued', liveAtMs: undefined })]
    expect(refusal().code).toBe('model_loading')
  })
})

describe('a request of a batch', () => {
  const ofBatch = { ...name, batch: 'batch_1' }

  test('goes where everybody goes, unless the deployment has a replica for each batch', () => {
    own = [replica('a')]
    expect(leases.acquire(ofBatch).baseUrl).toBe('http://a/v1')
    expect(asks.read('lab')).toEqual([])
    expect(demandNow()).toMatchObject({ inFlight: 1 })
  })

  test('goes to the replica of its batch and to no other, and nobody else goes there', () => {
    isDedicated = true
    own = [replica('mine', { batch: 'batch_1' }), replica('theirs', { batch: 'batch_2' })]
    const lease = leases.acquire(ofBatch)
    expect([lease.baseUrl, leases.acquire(ofBatch).baseUrl]).toEqual(['http://mine/v1', 'http://mine/v1'])
    expect(() => leases.acquire(ofBatch)).toThrow('Every replica of "m" has as many requests as it takes.')
    expect(refusal()).toMatchObject({ code: 'model_loading', message: 'The model "m" is starting on the cluster "lab".' })
    expect(asks.read('lab')).toMatchObject([{ ...ofBatch, demand: { inFlight: 2 } }])
    lease.release()
    expect(asks.read('lab')).toMatchObject([{ demand: { inFlight: 1 } }])
  })

  test('asks for a replica of its own where there is none, until its batch is over', () => {
    isDedicated = true
    own = [replica('a')]
    expect(() => leases.acquire(ofBatch)).toThrow('The batch waits for a replica of its own of the model "m" on the cluster "lab".')
    expect(wished).toBe(1)
    expect(demandNow()).toMatchObject({ queued: 0, inFlight: 0 })
    expect(asks.read('lab')).toMatchObject([{ batch: 'batch_1', sinceMs: nowMs }])
    expect(asks.read('elsewhere')).toEqual([])
    own.push(replica('mine', { batch: 'batch_1' }))
    expect(asks.read('lab')).toMatchObject([{ demand: { queued: 1 } }])
    leases.acquire(ofBatch).release()
    expect(asks.read('lab')).toMatchObject([{ demand: { queued: 0, inFlight: 0 } }])
    asks.release('batch_1')
    expect(asks.read('lab')).toEqual([])
  })

  test('is forgotten an hour later, where nobody has said that its batch is over', () => {
    isDedicated = true
    asks.adopted(ofBatch)
    nowMs += 59 * 60_000
    expect(asks.read('lab')).toHaveLength(1)
    nowMs += 60_000
    expect(asks.read('lab')).toEqual([])
  })

  test('that comes back after its batch was let go asks for nothing', () => {
    isDedicated = true
    own = [replica('mine', { batch: 'batch_1' })]
    const lease = leases.acquire(ofBatch)
    asks.release('batch_1')
    lease.release()
    expect(asks.read('lab')).toEqual([])
  })
})
