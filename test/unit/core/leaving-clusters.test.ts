import type { ManagedCluster } from '@main/clusters/managed-cluster'
import { createLeaving, type Leaving } from '@main/core/leaving-clusters'
import type { ReplicaHost } from '@main/clusters/replica-host'
import type { Replica } from '@shared/domain/replica'
import { launchedDeployment } from '@shared/config/deployment'
import { beforeEach, expect, test } from 'vitest'
import { createKeptLog, type LoggedLine } from '../../fixtures/silent-logger'

const deployment = launchedDeployment.parse({ model: 'm', framework: 'vllm' })
let closed: string[]
let replicas: Replica[]
let inForce: readonly ManagedCluster[]
let lines: readonly LoggedLine[]
let leaving: Leaving
let kept: Map<string, string>
let start: () => void

/** A place that says when it is closed. */
const hostCalled = (place: string): ReplicaHost => ({
  start: () => Promise.resolve(''),
  stop: () => Promise.resolve(),
  observe: () => Promise.resolve([]),
  logTail: () => Promise.resolve(''),
  capacity: () => Promise.resolve({}),
  close: () => Promise.resolve(void closed.push(place)),
})
const cluster = (name: string, host = hostCalled(name), place = name): ManagedCluster => ({ name, place, host, deployments: [deployment] })
const replica = (name: string, more: Partial<Replica> = {}): Replica => ({ id: 'fd-a', cluster: name, model: 'm', framework: 'vllm', state: 'live', sinceMs: 0, requestedAtMs: 0, attempt: 1, handle: '17', ...more })
const names = (): string[] => inForce.map(({ name, deployments }) => `${name} ${deployments.length}`)

beforeEach(() => {
  ;[closed, replicas, inForce] = [[], [], []]
  const log = createKeptLog()
  lines = log.lines
  kept = new Map()
  start = () =>
    (leaving = createLeaving({
      scheduler: { replicas: () => replicas, setClusters: (next) => void (inForce = next) },
      former: (name, place) => (place === 'nowhere' ? undefined : { ...cluster(name, hostCalled(`${name} at ${place}`), place), deployments: [] }),
      places: { load: () => new Map(kept), save: (name, place) => void kept.set(name, place), remove: (name) => void kept.delete(name) },
      logger: log.logger,
    }))
  start()
})

test('a cluster that is removed stays, with nothing to start, until what runs there has ended', () => {
  leaving.configure([cluster('lab')])
  replicas = [replica('lab')]
  leaving.configure([])
  expect(names()).toEqual(['lab 0'])
  leaving.tidy()
  expect([names(), closed]).toEqual([['lab 0'], []])
  replicas = [replica('lab', { state: 'stopped' })]
  leaving.tidy()
  expect([names(), closed]).toEqual([[], ['lab']])
})

test('one with nothing left goes at once', () => {
  leaving.configure([cluster('lab')])
  leaving.configure([])
  expect([names(), closed]).toEqual([[], ['lab']])
})

test('one that has moved is used at its new place when the old one is empty', () => {
  const [before, after] = [cluster('lab'), cluster('lab', hostCalled('the new lab'))]
  leaving.configure([before])
  replicas = [replica('lab')]
  leaving.configure([after])
  expect(inForce).toMatchObject([{ host: before.host, deployments: [] }])
  replicas = []
  leaving.tidy()
  expect(inForce).toEqual([after])
  expect(closed).toEqual(['lab'])
})

test('one that is put back before it was empty goes on as it was', () => {
  const lab = cluster('lab')
  leaving.configure([lab])
  replicas = [replica('lab')]
  leaving.configure([])
  leaving.configure([lab])
  leaving.tidy()
  expect([names(), closed]).toEqual([['lab 1'], []])
})

test('at the start, what runs for a cluster that is gone is ended where it was', () => {
  leaving.configure([cluster('old'), cluster('lab')])
  replicas = [replica('old')]
  start()
  leaving.configure([cluster('lab')])
  expect(names()).toEqual(['lab 1', 'old 0'])
  replicas = []
  leaving.tidy()
  expect([names(), closed]).toEqual([['lab 1'], ['old at old']])
  expect([...kept.keys()]).toEqual(['lab'])
})

test('at the start, one that has moved is used at its new place when the old one is empty', () => {
  leaving.configure([cluster('lab', hostCalled('here'), 'here')])
  replicas = [replica('lab')]
  start()
  const moved = cluster('lab', hostCalled('there'), 'there')
  leaving.configure([moved])
  expect(inForce).toMatchObject([{ place: 'here', deployments: [] }])
  expect(kept.get('lab')).toBe('here')
  replicas = []
  leaving.tidy()
  expect(inForce).toEqual([moved])
  expect(kept.get('lab')).toBe('there')
})

test('at the start, a place that cannot be made out is told of, and not forgotten', () => {
  kept.set('far', 'nowhere')
  replicas = [replica('far')]
  leaving.configure([cluster('lab')])
  expect(lines).toMatchObject([{ level: 'warn', fields: { cluster: 'far', place: 'nowhere' } }])
  expect(kept.get('far')).toBe('nowhere')
})
