import { deploymentKey, type StoredReplica } from '@main/scheduler/stored-replica'
import type { Demand } from '@main/scheduler/world'
import { beforeEach, describe, expect, test } from 'vitest'
import { createDriver, deploymentOf, notOver, type Driver } from './driver'

const minute = 60_000
const batchOnly = { enabled: true, dedicated: true }
let driver: Driver

const wants = (batch: string, model = 'm', demand: Partial<Demand> = {}): void =>
  void driver.batches.set(batch, { batch, cluster: 'lab', framework: 'vllm', model, sinceMs: driver.batches.get(batch)?.sinceMs ?? driver.nowMs, demand: { queued: 0, oldestWaitMs: 0, inFlight: 1, peak: 1, lastRequestMs: driver.nowMs, ...demand } })
const people = (requests: number, model = 'm'): void =>
  void driver.demand.set(deploymentKey({ cluster: 'lab', framework: 'vllm', model }), { queued: 0, oldestWaitMs: 0, inFlight: requests, peak: requests, lastRequestMs: driver.nowMs })
const settle = (rounds = 8, stepMs = 10_000): void => {
  for (let round = 0; round < rounds; round += 1) {
    for (const { handle } of driver.site.alive()) driver.site.run(handle, driver.nowMs, 20_000)
    driver.settle(1, stepMs)
  }
}
/** Whose each live replica is. */
const live = (model = 'm'): string[] => [...driver.stored.values()].filter((replica) => replica.state === 'live' && replica.model === model).map(({ batch }) => batch ?? 'people').sort()
const own = (batch: string): StoredReplica | undefined => notOver(driver).find((replica) => replica.batch === batch)
const begin = (max: number, more: Parameters<typeof deploymentOf>[0] = {}, maxNodes?: number): void => {
  driver = createDriver({ deployments: [deploymentOf({ batch: batchOnly, replicas: { min: 0, max }, ...more }), deploymentOf({ model: 'other' })], maxNodes })
}
beforeEach(() => begin(4))

describe('a batch of a deployment with a replica for each', () => {
  test('gets one of its own, beside what people have, and never a second', () => {
    people(1)
    wants('b1')
    settle()
    wants('b1', 'm', { inFlight: 5_000, peak: 5_000 })
    settle()
    expect(live()).toEqual(['b1', 'people'])
  })

  test('lets go of it at its end: its requests are let finish, and its job is ended', () => {
    wants('b1')
    settle()
    const { id } = own('b1')!
    driver.batches.delete('b1')
    driver.inFlight.set(id, 1)
    driver.settle(3)
    expect(driver.stored.get(id)?.state).toBe('draining')
    driver.inFlight.clear()
    driver.settle(3)
    expect([driver.stored.get(id)?.state, driver.site.alive().length]).toEqual(['stopped', 0])
  })

  test('lets go of it a minute after its last request, and gets another when it goes on', () => {
    wants('b1')
    settle()
    const first = own('b1')?.id
    wants('b1', 'm', { inFlight: 0 })
    settle(4)
    expect(own('b1')?.id).toBe(first)
    settle(4)
    expect(own('b1')).toBeUndefined()
    wants('b1')
    settle()
    expect(live()).toEqual(['b1'])
  })

  test('gets another when it dies', () => {
    wants('b1')
    settle()
    const first = own('b1')!
    driver.site.end(first.handle ?? '', 137)
    for (let round = 0; round < 12; round += 1) {
      wants('b1')
      settle(1)
    }
    expect(live()).toEqual(['b1'])
    expect(own('b1')?.id).not.toBe(first.id)
  })

  test('waits for its turn: batches have half of the most, the first to come first, and nobody is sent away for the next', () => {
    for (const batch of ['b1', 'b2', 'b3']) {
      wants(batch)
      driver.pass(1_000)
    }
    settle()
    expect(live()).toEqual(['b1', 'b2'])
    driver.batches.delete('b1')
    wants('b2')
    wants('b3')
    settle()
    expect(live()).toEqual(['b2', 'b3'])
  })

  test('is one more than the most at a time, while those of others leave', () => {
    begin(4, { replicas: { min: 2, max: 4 } })
    wants('b1')
    wants('b2')
    settle()
    expect(live()).toEqual(['b1', 'b2', 'people', 'people'])
    for (const batch of ['b1', 'b2']) {
      driver.inFlight.set(own(batch)!.id, 1)
      driver.batches.delete(batch)
    }
    wants('b3')
    wants('b4')
    driver.settle(3)
    expect(notOver(driver).map(({ state, batch }) => `${batch ?? 'people'} ${state}`).sort()).toEqual(['b1 draining', 'b2 draining', 'b3 queued', 'people live', 'people live'])
    driver.inFlight.clear()
    settle()
    expect(live()).toEqual(['b3', 'b4', 'people', 'people'])
  })

  test('gives up its place to people where there is one for both, and has it again when they need none', () => {
    begin(1)
    wants('b1')
    settle()
    driver.inFlight.set(own('b1')!.id, 64)
    people(1)
    settle(1)
    driver.inFlight.clear()
    wants('b1')
    settle()
    expect(live()).toEqual(['people'])
    people(0)
    settle(6, minute)
    wants('b1')
    settle()
    expect(live()).toEqual(['b1'])
  })

  test('leaves what is always up', () => {
    begin(3, { hot: true, replicas: { min: 2, max: 3 } })
    wants('b1')
    wants('b2')
    settle()
    expect(live()).toEqual(['b1', 'people', 'people'])
  })

  test('stands behind other models that people need, for the nodes of the cluster', () => {
    begin(4, {}, 2)
    wants('b1')
    wants('b2')
    settle()
    expect(live()).toEqual(['b1', 'b2'])
    for (let round = 0; round < 12; round += 1) {
      people(1, 'other')
      wants('b1')
      wants('b2')
      settle(1)
    }
    expect([live().length, live('other')]).toEqual([1, ['people']])
  })

  test('ends with a deployment that an admin stops, and where its own replica is taken out of the configuration', () => {
    wants('b1')
    settle()
    driver.overrides = [{ cluster: 'lab', framework: 'vllm', model: 'm', kind: 'scale', replicas: 0, atMs: driver.nowMs }]
    settle(3)
    expect(notOver(driver)).toEqual([])
    driver.overrides = []
    wants('b1')
    settle()
    expect(live()).toEqual(['b1'])
    const before = driver
    begin(4, { batch: { enabled: true, dedicated: false } })
    for (const replica of before.stored.values()) driver.stored.set(replica.id, replica)
    wants('b1')
    driver.observation = { atMs: driver.nowMs, replicas: [] }
    expect(driver.plan()).toMatchObject([{ kind: 'drain', replica: { batch: 'b1' } }])
  })
})
