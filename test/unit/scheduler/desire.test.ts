import { desire, type DesireInput } from '@main/scheduler/desire'
import { endingNow } from '@main/scheduler/ending'
import { readFailures } from '@main/scheduler/failures'
import { defaultPolicy } from '@main/scheduler/policy'
import { roomIn, roomOf } from '@main/scheduler/room'
import type { StoredReplica } from '@main/scheduler/stored-replica'
import { describe, expect, test } from 'vitest'
import { deploymentOf } from './driver'

const second = 1000
const minute = 60 * second
const nowMs = 1_800_000_000_000
const replica = (more: Partial<StoredReplica> = {}): StoredReplica => ({ id: 'a', cluster: 'lab', model: 'm', framework: 'vllm', state: 'live', sinceMs: nowMs - minute, requestedAtMs: nowMs - minute, runningAtMs: nowMs - minute, liveAtMs: nowMs - minute, attempt: 1, handle: '1', ...more })

describe('a model with an idle time of ten seconds', () => {
  const wanted = (secondsAgo: number, replicas: readonly StoredReplica[], more: Partial<DesireInput> = {}): number =>
    desire({ deployment: deploymentOf({ idleTimeoutS: 10 }), demand: { queued: 0, oldestWaitMs: 0, inFlight: 0, peak: 1, lastRequestMs: nowMs - secondsAgo * second }, replicas, isProven: true, startMs: minute, nowMs, bootedAtMs: 0, policy: defaultPolicy, ...more }).wanted

  test('keeps its last replica for ten seconds after the last request, and no longer', () => {
    expect([9, 10, 59].map((ago) => wanted(ago, [replica()]))).toEqual([1, 0, 0])
  })

  test('does not come up again for a request that was served before it went', () => {
    expect(wanted(30, [replica({ state: 'draining', sinceMs: nowMs - 20 * second })])).toBe(0)
    expect(wanted(30, [replica({ state: 'stopped', sinceMs: nowMs - 20 * second })])).toBe(0)
  })

  test('goes on with a start for a caller who may come again, for a minute', () => {
    const starting = replica({ state: 'starting', liveAtMs: undefined })
    expect([30, 59, 61].map((ago) => wanted(ago, [starting]))).toEqual([1, 1, 0])
  })

  test('has its idle time from when it came up, where that was after the request', () => {
    expect(wanted(300, [replica({ liveAtMs: nowMs - 9 * second })])).toBe(1)
    expect(wanted(300, [replica({ liveAtMs: nowMs - 11 * second })])).toBe(0)
  })

  test('is not kept up by its own replacement', () => {
    const before = replica({ id: 'b', state: 'stopped', liveAtMs: nowMs - 20 * minute, sinceMs: nowMs - 2 * second })
    expect(wanted(30, [before, replica({ liveAtMs: nowMs - 3 * second })])).toBe(0)
  })
})

describe('a failure', () => {
  const failed = (attempt: number, liveForMs?: number): StoredReplica => replica({ state: 'failed', sinceMs: nowMs, attempt, liveAtMs: liveForMs === undefined ? undefined : nowMs - liveForMs })

  test('of a start is waited out, longer each time, until the attempts are used up', () => {
    expect(readFailures([failed(1)], 3, defaultPolicy)).toMatchObject({ isFailed: false, notBeforeMs: nowMs + defaultPolicy.backoffMs })
    expect(readFailures([failed(2)], 3, defaultPolicy)).toMatchObject({ isFailed: false, notBeforeMs: nowMs + 2 * defaultPolicy.backoffMs })
    expect(readFailures([failed(3)], 3, defaultPolicy)).toMatchObject({ isFailed: true, notBeforeMs: nowMs + defaultPolicy.coolDownMs })
  })

  test('of one that had served is replaced at once the first time, and counts for less', () => {
    expect(readFailures([failed(1, minute)], 1, defaultPolicy)).toMatchObject({ streak: 1, isFailed: false, notBeforeMs: nowMs })
    expect(readFailures([failed(2, minute)], 1, defaultPolicy)).toMatchObject({ isFailed: true })
    expect(readFailures([failed(2, defaultPolicy.stableMs)], 1, defaultPolicy)).toMatchObject({ streak: 0 })
  })
})

describe('a replacement', () => {
  const isEnding = (walltimeS: number, startMs: number, ageS: number): boolean => endingNow([replica({ runningAtMs: nowMs - ageS * second })], deploymentOf({ walltimeS }), startMs, nowMs, defaultPolicy).size > 0

  test('is started early enough to be live while the old one has the time that draining may take', () => {
    const leadS = 5 * 60 + defaultPolicy.drainMaxMs / second
    expect([7200 - leadS - 1, 7200 - leadS].map((ageS) => isEnding(7200, 5 * minute, ageS))).toEqual([false, true])
  })

  test('of a short walltime leaves the old one a quarter of it', () => {
    expect([24, 25].map((ageS) => isEnding(100, 10 * minute, ageS))).toEqual([false, true])
  })
})

describe('the room of a cluster', () => {
  const capacity = { nodes: { free: 2, total: 2 }, gpus: { free: 8, total: 8 }, memoryMb: { free: 1000, total: 1000 } }
  const room = (resources: object, site: object = { capacity }) => roomOf(deploymentOf({ resources }), site)

  test('is taken in whole nodes, or by the part of a node that GPUs are', () => {
    expect(room({})).toEqual({ nodes: 1, gpus: 0, memoryMb: 0 })
    expect(room({ gpus: 1 })).toMatchObject({ nodes: 0.25, gpus: 1 })
    expect(room({ nodes: 2, gpus: 4, memoryMb: 100 })).toEqual({ nodes: 2, gpus: 8, memoryMb: 200 })
  })

  test('is for the site to divide where cores are named, unless nodes are bounded', () => {
    expect(room({ cores: 4 })).toMatchObject({ nodes: 0 })
    expect(room({ cores: 4 }, { capacity, maxNodes: 1 })).toMatchObject({ nodes: 1 })
  })

  test('bounds nothing while no node is up', () => {
    expect(roomIn({ capacity })).toEqual({ nodes: 2, gpus: 8, memoryMb: 1000 })
    expect(roomIn({ capacity: { ...capacity, nodes: { free: 0, total: 0 } } })).toEqual({})
    expect(roomIn({ maxNodes: 1, capacity })).toMatchObject({ nodes: 1 })
  })
})
