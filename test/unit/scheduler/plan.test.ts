import { deploymentKey } from '@main/scheduler/stored-replica'
import type { Demand } from '@main/scheduler/world'
import { describe, expect, test } from 'vitest'
import { createDriver, deploymentOf, notOver, type Driver } from './driver'
import { createFakeSite } from './fake-site'

const minute = 60_000
const key = (model: string): string => deploymentKey({ cluster: 'lab', framework: 'vllm', model })
const ask = (driver: Driver, model: string, demand: Partial<Demand>): void =>
  void driver.demand.set(key(model), { queued: 0, oldestWaitMs: 0, inFlight: 0, peak: (demand.queued ?? 0) + (demand.inFlight ?? 0), lastRequestMs: driver.nowMs, ...demand })
const runAll = (driver: Driver, loadMs = minute): void => driver.site.alive().forEach(({ handle }) => driver.site.run(handle, driver.nowMs, loadMs))
const states = (driver: Driver, model = 'm'): string[] => [...driver.stored.values()].filter((replica) => replica.model === model).map(({ state }) => state)
const liveOf = (driver: Driver, model = 'm'): number => states(driver, model).filter((state) => state === 'live').length
/** Live, after as many starts as `queued` asks for. */
function up(driver: Driver, model = 'm', queued = 1): void {
  ask(driver, model, { queued, oldestWaitMs: 10 * minute })
  driver.settle(1)
  runAll(driver)
  driver.settle(10)
}

describe('a deployment', () => {
  test('that is cold comes up for a request, and for nothing else', () => {
    const driver = createDriver({ deployments: [deploymentOf()] })
    driver.settle(5)
    expect(driver.stored.size).toBe(0)
    up(driver)
    expect(states(driver)).toEqual(['live'])
  })

  test('comes up with the app where it is hot, has a least number, or an initial one', () => {
    const driver = createDriver({ deployments: [deploymentOf({ model: 'hot', hot: true }), deploymentOf({ model: 'least', replicas: { min: 2, max: 3 } }), deploymentOf({ model: 'initial', replicas: { min: 0, max: 2, initial: 1 }, idleTimeoutS: 600 })] })
    driver.settle(2)
    runAll(driver)
    driver.settle(20)
    expect(['hot', 'least', 'initial'].map((model) => liveOf(driver, model))).toEqual([1, 2, 1])
    driver.settle(60, minute)
    expect(['hot', 'least', 'initial'].map((model) => liveOf(driver, model))).toEqual([1, 2, 0])
  })

  test('gets one replica until its launch has worked, then more by steps, and never more than its most', () => {
    const driver = createDriver({ deployments: [deploymentOf({ requestsPerReplica: 1, replicas: { min: 0, max: 20 } })] })
    ask(driver, 'm', { queued: 100, oldestWaitMs: minute })
    driver.settle(3)
    expect(notOver(driver).length).toBe(1)
    runAll(driver)
    driver.settle(8)
    const counts = [0, 0, 0].map(() => {
      ask(driver, 'm', { queued: 100, oldestWaitMs: 10 * minute })
      driver.settle(2)
      const count = notOver(driver).length
      runAll(driver)
      driver.settle(8)
      return count
    })
    expect(counts).toEqual([9, 18, 20])
  })

  test('whose queue is gone in a moment starts nothing more', () => {
    const driver = createDriver({ deployments: [deploymentOf({ requestsPerReplica: 1, replicas: { min: 0, max: 4 } })] })
    up(driver)
    ask(driver, 'm', { queued: 5, inFlight: 1, oldestWaitMs: 500 })
    driver.settle(2)
    expect(notOver(driver).length).toBe(1)
  })

  test('goes down once load was lower for a while, and to none when it is idle', () => {
    const driver = createDriver({ deployments: [deploymentOf({ requestsPerReplica: 1, replicas: { min: 0, max: 3 }, idleTimeoutS: 3600 })] })
    up(driver)
    up(driver, 'm', 3)
    expect(liveOf(driver)).toBe(3)
    ask(driver, 'm', { peak: 3 })
    driver.settle(2)
    expect(liveOf(driver)).toBe(3)
    ask(driver, 'm', { peak: 0 })
    driver.settle(6)
    expect(liveOf(driver)).toBe(1)
    driver.settle(58, minute)
    expect(liveOf(driver)).toBe(1)
    driver.settle(4, minute)
    expect([liveOf(driver), driver.site.alive().length]).toEqual([0, 0])
  })

  test('lets a replica finish what it has before it is stopped, within reason', () => {
    const driver = createDriver({ deployments: [deploymentOf()] })
    up(driver)
    const [replica] = driver.active()
    driver.inFlight.set(replica?.id ?? '', 1)
    driver.overrides = [{ cluster: 'lab', framework: 'vllm', model: 'm', kind: 'drain', atMs: driver.nowMs }]
    driver.settle(10, minute)
    expect([states(driver), driver.site.alive().length]).toEqual([['draining'], 1])
    driver.settle(8, minute)
    expect([states(driver), driver.site.alive().length]).toEqual([['stopped'], 0])
  })

  test('is stopped at once, scaled and started as an admin says', () => {
    const driver = createDriver({ deployments: [deploymentOf({ replicas: { min: 1, max: 4 }, hot: true })] })
    const say = (kind: 'start' | 'stop' | 'scale', replicas?: number): void => void (driver.overrides = [{ cluster: 'lab', framework: 'vllm', model: 'm', kind, replicas, atMs: driver.nowMs }])
    up(driver)
    driver.inFlight.set(driver.active()[0]?.id ?? '', 1)
    say('stop')
    driver.settle(3)
    expect(driver.site.alive().length).toBe(0)
    say('scale', 9)
    driver.settle(3)
    expect(driver.active().length).toBe(4)
    say('start')
    driver.settle(3)
    expect(driver.active().length).toBeGreaterThanOrEqual(1)
  })

  test('that an admin has started comes up without a request', () => {
    const driver = createDriver({ deployments: [deploymentOf()] })
    driver.overrides = [{ cluster: 'lab', framework: 'vllm', model: 'm', kind: 'start', atMs: 0 }]
    driver.settle(2)
    expect(driver.active().length).toBe(1)
  })
})

describe('a launch that fails', () => {
  const fail = (driver: Driver): void => {
    for (const { handle } of driver.site.alive()) {
      driver.site.run(handle, driver.nowMs, minute)
      driver.site.end(handle, 1)
    }
  }
  const failing = (): Driver => {
    const driver = createDriver({ deployments: [deploymentOf({ ready: { attempts: 2 } })] })
    ask(driver, 'm', { queued: 1 })
    driver.settle(1)
    fail(driver)
    return driver
  }

  test('is tried again after a while, as often as it says, and then no more until a request comes after a cool-down', () => {
    const driver = failing()
    driver.settle(1, 1000)
    expect(states(driver)).toEqual(['failed'])
    driver.settle(3)
    expect([...driver.stored.values()].map(({ attempt, state }) => [attempt, state])).toEqual([[1, 'failed'], [2, 'queued']])
    fail(driver)
    driver.settle(30)
    expect(states(driver)).toEqual(['failed', 'failed'])
    driver.settle(30)
    expect(states(driver).length).toBe(2)
    ask(driver, 'm', { queued: 1 })
    driver.settle(1)
    expect(states(driver)).toEqual(['failed', 'failed', 'queued'])
  })

  test('is remembered across a restart, and forgiven by an admin', () => {
    const driver = failing()
    driver.settle(3)
    fail(driver)
    driver.settle(1)
    driver.crash()
    ask(driver, 'm', { queued: 1 })
    driver.settle(5)
    expect(states(driver)).toEqual(['failed', 'failed'])
    driver.overrides = [{ cluster: 'lab', framework: 'vllm', model: 'm', kind: 'start', atMs: driver.nowMs }]
    driver.settle(1)
    expect([...driver.stored.values()].at(-1)).toMatchObject({ state: 'queued', attempt: 1 })
  })

  test('is forgotten once a start has worked, and one that died after a long life counts for nothing', () => {
    const driver = failing()
    driver.settle(3)
    runAll(driver)
    driver.settle(100)
    expect(liveOf(driver)).toBe(1)
    fail(driver)
    ask(driver, 'm', { queued: 1 })
    driver.settle(1)
    expect([...driver.stored.values()].at(-1)).toMatchObject({ state: 'queued', attempt: 1 })
  })
})

describe('a cluster', () => {
  test('gives the place of an idle model to one that is needed, never that of one with requests', () => {
    const driver = createDriver({ deployments: [deploymentOf({ model: 'busy' }), deploymentOf({ model: 'idle' }), deploymentOf({ model: 'new' })], maxNodes: 2 })
    up(driver, 'busy')
    up(driver, 'idle')
    ask(driver, 'idle', { lastRequestMs: driver.nowMs - 6 * minute })
    ask(driver, 'busy', { inFlight: 1 })
    driver.inFlight.set(driver.active('busy')[0]?.id ?? '', 1)
    driver.settle(2)
    expect([liveOf(driver, 'busy'), liveOf(driver, 'idle')]).toEqual([1, 1])
    ask(driver, 'new', { queued: 1 })
    driver.settle(3)
    expect(states(driver, 'idle')).toEqual(['stopped'])
    expect([...driver.stored.values()].find(({ model }) => model === 'idle')?.reason).toBe('Another model needed its place.')
    expect([liveOf(driver, 'busy'), driver.active('new').length]).toEqual([1, 1])
  })

  test('keeps the place of a large model free while smaller ones come, so that it has its turn', () => {
    const driver = createDriver({ deployments: [deploymentOf({ model: 'large', resources: { nodes: 4 } }), ...['a', 'b', 'c', 'd'].map((model) => deploymentOf({ model }))], maxNodes: 4 })
    for (const model of ['a', 'b', 'c']) up(driver, model)
    ask(driver, 'large', { queued: 1, oldestWaitMs: minute })
    for (const model of ['a', 'b', 'c']) ask(driver, model, { lastRequestMs: driver.nowMs - 10 * minute })
    driver.settle(3)
    expect(driver.active('large').length).toBe(1)
  })

  const nodes = (total: number, gpusEach = 4): Driver['capacity'] => ({ nodes: { free: 0, total }, gpus: { free: 0, total: total * gpusEach } })
  const whole = { nodes: 1, gpus: 4 }

  test('that leaves nodes out for a while keeps all that runs or waits there, and starts no more', () => {
    const driver = createDriver({ deployments: [deploymentOf({ requestsPerReplica: 1, resources: whole, replicas: { min: 0, max: 3 } })] })
    driver.capacity = nodes(2)
    up(driver)
    up(driver, 'm', 2)
    expect(liveOf(driver)).toBe(2)
    driver.capacity = nodes(1)
    ask(driver, 'm', { queued: 3, oldestWaitMs: 10 * minute })
    driver.settle(10)
    expect(states(driver)).toEqual(['live', 'live'])
  })

  test('keeps a job of many nodes in its queue while one of them is out', () => {
    const driver = createDriver({ deployments: [deploymentOf({ resources: { nodes: 4, gpus: 4 } })] })
    driver.capacity = nodes(4)
    ask(driver, 'm', { queued: 1 })
    driver.settle(1)
    driver.capacity = nodes(3)
    driver.settle(10)
    expect([states(driver), driver.site.jobs.size]).toEqual([['queued'], 1])
  })

  test('that has lost nodes gives the place of an idle model to one that is needed, within what is left', () => {
    const driver = createDriver({ deployments: [deploymentOf({ model: 'idle', resources: whole, replicas: { min: 0, max: 3 }, requestsPerReplica: 1 }), deploymentOf({ model: 'new', resources: whole })] })
    driver.capacity = nodes(3)
    up(driver, 'idle')
    up(driver, 'idle', 3)
    expect(liveOf(driver, 'idle')).toBe(3)
    driver.capacity = nodes(2)
    ask(driver, 'idle', { peak: 3, lastRequestMs: driver.nowMs - 6 * minute })
    ask(driver, 'new', { queued: 1 })
    driver.settle(6)
    expect([driver.active('idle').length, driver.active('new').length]).toEqual([1, 1])
  })

  test('of which the configuration gives fewer nodes ends what is more', () => {
    const driver = createDriver({ deployments: [deploymentOf({ requestsPerReplica: 1, replicas: { min: 0, max: 2 } })], maxNodes: 2 })
    driver.capacity = nodes(2)
    up(driver)
    up(driver, 'm', 2)
    driver.maxNodes = 1
    driver.settle(3)
    expect(liveOf(driver)).toBe(1)
  })

  test('that cannot be asked, or was not for five minutes, is left as it is', () => {
    const driver = createDriver({ deployments: [deploymentOf({ hot: true })] })
    expect(driver.plan()).toEqual([])
    driver.take(driver.look())
    driver.pass(6 * minute)
    expect(driver.plan()).toEqual([])
    driver.take(driver.look())
    expect(driver.plan().map(({ kind }) => kind)).toEqual(['start'])
  })

  test('under maintenance starts nothing', () => {
    const driver = createDriver({ deployments: [deploymentOf({ hot: true })], maintenance: { fromMs: 0, toMs: 10 * minute } })
    driver.settle(5, minute)
    expect(driver.stored.size).toBe(0)
    driver.settle(6, minute)
    expect(driver.active().length).toBe(1)
  })

  test('has what nobody remembers adopted where it is wanted, and ended where it is not', () => {
    const driver = createDriver({ deployments: [deploymentOf({ hot: true })] })
    for (const [id, model] of [['fd-wanted', 'm'], ['fd-second', 'm'], ['fd-other', 'gone']] as const) driver.site.run(driver.site.start(id, { model, framework: 'vllm' }), 0, 0)
    driver.settle(3)
    expect([...driver.stored.values()].map(({ id, state }) => [id, state])).toEqual([['fd-wanted', 'live']])
    expect(driver.site.alive().map(({ id }) => id)).toEqual(['fd-wanted'])
  })

  test('ends what the configuration no longer has', () => {
    const driver = createDriver({ deployments: [deploymentOf()] })
    driver.stored.set('fd-old', { id: 'fd-old', cluster: 'lab', model: 'old', framework: 'vllm', state: 'live', sinceMs: 0, requestedAtMs: 0, attempt: 1, handle: driver.site.start('fd-old', { model: 'old', framework: 'vllm' }) })
    driver.settle(3)
    expect([states(driver, 'old'), driver.site.alive().length]).toEqual([['stopped'], 0])
  })

  test('is asked again to start what a crash cut short, with the same id', () => {
    const driver = createDriver({ deployments: [deploymentOf({ hot: true })] })
    driver.take(driver.look())
    const [start] = driver.plan()
    if (start?.kind !== 'start') throw new Error('nothing was started')
    driver.stored.set(start.replica.id, start.replica)
    driver.crash()
    driver.settle(3)
    expect(driver.site.alive().length).toBe(0)
    driver.settle(5)
    expect(driver.site.alive().map(({ id }) => id)).toEqual([start.replica.id])
    expect(driver.stored.size).toBe(1)
  })

  test('has what is over forgotten after a day, but for the failure that a next start has to know of', () => {
    const driver = createDriver({ deployments: [deploymentOf({ ready: { attempts: 1 } })] })
    const over = { cluster: 'lab', model: 'm', framework: 'vllm', sinceMs: 0, requestedAtMs: 0, attempt: 1 } as const
    driver.stored.set('fd-1', { ...over, id: 'fd-1', state: 'stopped' })
    driver.stored.set('fd-2', { ...over, id: 'fd-2', state: 'failed' })
    driver.settle(2, 13 * 60 * minute)
    expect([...driver.stored.keys()]).toEqual(['fd-2'])
  })
})

describe('what is under way', () => {
  test('is not asked for again', () => {
    const driver = createDriver({ deployments: [deploymentOf({ hot: true, replicas: { min: 2, max: 2 } })] })
    driver.take(driver.look())
    expect(driver.act().map(({ kind }) => kind)).toEqual(['start', 'start'])
    expect(driver.plan()).toEqual([])
  })
})

describe('before a walltime ends', () => {
  test('that is shorter than a load takes nothing comes in the place of what loads: it fails at its end, and is tried as often as any', () => {
    const walltimeMs = 10 * minute
    const driver = createDriver({ deployments: [deploymentOf({ hot: true })], site: createFakeSite({ walltimeMs }) })
    for (let round = 0; round < 12 * 60; round += 1) {
      for (const { state, handle, startedAtMs = Infinity } of driver.site.alive()) {
        if (state === 'queued') driver.site.run(handle, driver.nowMs, 2 * walltimeMs)
        else if (driver.nowMs >= startedAtMs + walltimeMs) driver.site.end(handle)
      }
      driver.settle(1, minute / 2)
    }
    expect([...driver.stored.values()].map(({ state, reason }) => `${state}: ${reason}`)).toEqual(['failed: Its walltime was over before it was ready.', 'failed: Its walltime was over before it was ready.'])
  })

  test('a job that its site has suspended is neither replaced nor ended: that time is not of its walltime', () => {
    const walltimeMs = 30 * minute
    const driver = createDriver({ deployments: [deploymentOf({ hot: true, walltimeS: walltimeMs / 1000 })], site: createFakeSite({ walltimeMs }) })
    driver.settle(1)
    runAll(driver, 0)
    driver.settle(2)
    expect(liveOf(driver)).toBe(1)
    const [job] = driver.site.look()
    for (let round = 0; round < 120; round += 1) {
      driver.pass(minute / 2)
      driver.take({ atMs: driver.nowMs, replicas: [{ ...job!, state: 'suspended' }] })
      driver.act()
    }
    expect(driver.active()).toMatchObject([{ id: job!.id, state: 'queued' }])
    expect(driver.stored.size).toBe(1)
  })

  test('requests go to the replacement, and those that the old one has may take a quarter of an hour more', () => {
    const walltimeMs = 120 * minute
    const driver = createDriver({ deployments: [deploymentOf({ hot: true, walltimeS: walltimeMs / 1000 })], site: createFakeSite({ walltimeMs }) })
    const passUntil = (isSo: () => boolean): void => {
      for (let round = 0; !isSo() && round < 400; round += 1) {
        driver.settle(1, minute / 2)
        runAll(driver)
      }
      expect(isSo()).toBe(true)
    }
    passUntil(() => liveOf(driver) === 1)
    const { id, runningAtMs = 0 } = driver.active()[0]!
    driver.inFlight.set(id, 1)
    passUntil(() => driver.stored.get(id)?.state === 'draining')
    const drainedAtMs = driver.nowMs
    expect(liveOf(driver)).toBe(1)
    expect(runningAtMs + walltimeMs - drainedAtMs).toBeGreaterThanOrEqual(14 * minute)
    passUntil(() => driver.nowMs >= drainedAtMs + 14 * minute)
    expect(driver.site.alive()).toHaveLength(2)
    driver.inFlight.delete(id)
    passUntil(() => driver.site.alive().length === 1)
  })
})
