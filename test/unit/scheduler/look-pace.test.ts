import { batchPace } from '@main/clusters/hosts'
import type { HostCapacity, ObservedReplica, ReplicaHost } from '@main/clusters/replica-host'
import { createClusterWatch } from '@main/scheduler/cluster-watch'
import { everyMs } from '@main/scheduler/look-pace'
import { expect, test } from 'vitest'

const minute = 60_000

test('a cluster is asked soon after a start, now and then while that is fresh, and as rarely as a calm one in a long queue', () => {
  expect([0, 4_000, 20_000, minute, 5 * minute, 10 * minute, 300 * minute, undefined].map((awaitedMs) => everyMs(batchPace, awaitedMs))).toEqual([1_000, 2_000, 4_000, 4_000, 15_000, 30_000, 30_000, 30_000])
})

test('what a cluster has is asked for at a pace of its own, and again at once where it did not say', async () => {
  let nowMs = 0
  const answers: (HostCapacity | undefined)[] = [undefined, { nodes: { free: 1, total: 4 } }, { nodes: { free: 2, total: 4 } }]
  const host: Pick<ReplicaHost, 'observe' | 'capacity'> = {
    observe: () => Promise.resolve([]),
    capacity: () => {
      const next = answers.shift()
      return next === undefined ? Promise.reject(new Error('sinfo does not answer')) : Promise.resolve(next)
    },
  }
  const watch = createClusterWatch({ host, clock: () => nowMs, capacityMs: batchPace.capacityMs, onAnswer: () => undefined })
  const freeNodes: (number | undefined)[] = []
  for (const atMs of [0, 4_000, 8_000, 33_000, 34_000, 38_000]) {
    nowMs = atMs
    await watch.ask()
    freeNodes.push(watch.capacity?.nodes?.free)
  }
  expect(freeNodes).toEqual([undefined, 1, 1, 1, 2, 2])
  expect(answers).toEqual([])
})

test('what a cluster has is asked for again as soon as a replica has come, started or gone', async () => {
  let replicas: readonly ObservedReplica[] = []
  let asked = 0
  const host: Pick<ReplicaHost, 'observe' | 'capacity'> = { observe: () => Promise.resolve(replicas), capacity: () => Promise.resolve({ nodes: { free: ++asked, total: 4 } }) }
  const watch = createClusterWatch({ host, clock: () => 0, capacityMs: batchPace.capacityMs, onAnswer: () => undefined })
  const queued: ObservedReplica = { id: 'fd-aaaaaaaaaaaa', handle: '1', state: 'queued' }
  const freeNodes: (number | undefined)[] = []
  const looks: readonly (readonly ObservedReplica[])[] = [[], [queued], [queued], [{ ...queued, state: 'running' }], [{ ...queued, state: 'running', baseUrl: 'http://127.0.0.1:9/v1' }], []]
  for (const look of looks) {
    replicas = look
    await watch.ask()
    freeNodes.push(watch.capacity?.nodes?.free)
  }
  expect(freeNodes).toEqual([1, 2, 2, 3, 3, 4])
})
