import { isActive, isOver } from '@main/scheduler/stored-replica'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDriver, deploymentOf, notOver, type Driver, type Outcome } from './driver'
import { createFakeSite } from './fake-site'

const maxNodes = 6
const minute = 60_000
const loadMs = 10 * minute

/** One thing that happens; `pick` chooses among what is there. */
type Event =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'look' | 'lookLate' | 'deliver' | 'redeliver' | 'probe' | 'silence' | 'crash' | 'lostRow' }
  | { readonly kind: 'act'; readonly outcome: Outcome }
  | { readonly kind: 'run' | 'end' | 'fail' | 'requeue'; readonly pick: number }
  | { readonly kind: 'ask'; readonly model: number; readonly requests: number }
  | { readonly kind: 'batchAsks'; readonly batch: number; readonly inFlight: number }
  | { readonly kind: 'batchEnds'; readonly batch: number }
  | { readonly kind: 'say'; readonly model: number; readonly word: 'start' | 'stop' | 'drain' | 'scale'; readonly count: number }

const pick = fc.nat(20)
const model = fc.nat(2)
const batch = fc.nat(3)
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 10_000, 45_000, 5 * minute, 30 * minute) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'look' as const, 'lookLate' as const, 'deliver' as const, 'redeliver' as const, 'probe' as const, 'silence' as const, 'crash' as const, 'lostRow' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('act' as const), outcome: fc.constantFrom<Outcome>('told', 'told', 'told', 'lost', 'refused', 'crash') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('run' as const, 'run' as const, 'end' as const, 'fail' as const, 'requeue' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), model, requests: fc.constantFrom(0, 1, 5, 30) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('batchAsks' as const), batch, inFlight: fc.constantFrom(0, 1, 9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('batchEnds' as const), batch }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('say' as const), model, word: fc.constantFrom('start' as const, 'stop' as const, 'drain' as const, 'scale' as const), count: fc.nat(5) }) },
)
/** A deployment may have a replica for each batch where not all of its replicas are always up. */
const shape = fc.record({ min: fc.nat(1), more: fc.nat(3), hot: fc.boolean(), dedicated: fc.boolean() }).map(({ dedicated, ...rest }): Shape => ({ ...rest, dedicated: dedicated && rest.min + rest.more > Math.max(rest.min, rest.hot ? 1 : 0) }))
interface Shape {
  readonly min: number
  readonly more: number
  readonly hot: boolean
  readonly dedicated: boolean
}
const scenario = fc.record({
  events: fc.array(event, { minLength: 20, maxLength: 120 }),
  shapes: fc.array(shape, { minLength: 3, maxLength: 3 }),
  walltimeS: fc.constantFrom(undefined, 1200, 7200),
  finalLoad: fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)),
})

function begin({ shapes, walltimeS, nodes = maxNodes }: { readonly shapes: readonly Shape[]; readonly walltimeS: number | undefined; readonly nodes?: number }): Driver {
  const deployments = shapes.map(({ min, more, hot, dedicated }, index) =>
    deploymentOf({ model: `m${index}`, hot, batch: { dedicated }, replicas: { min, max: min + more }, requestsPerReplica: 4, idleTimeoutS: 600, ...(walltimeS !== undefined && { walltimeS }), ready: { timeoutS: 900, attempts: 2 } }))
  return createDriver({ deployments, maxNodes: nodes, site: createFakeSite({ walltimeMs: walltimeS === undefined ? undefined : walltimeS * 1000 }) })
}

/** Batches 0 and 3 are of the first model, 1 and 2 of the next. */
function askForBatch(driver: Driver, number: number, inFlight: number): void {
  const id = `batch_${number}`
  driver.batches.set(id, { batch: id, cluster: 'lab', framework: 'vllm', model: `m${number % 3}`, sinceMs: driver.batches.get(id)?.sinceMs ?? driver.nowMs, demand: { queued: 0, oldestWaitMs: 0, inFlight, peak: inFlight, lastRequestMs: driver.nowMs } })
  const own = notOver(driver).find(({ batch: of, state }) => of === id && state === 'live')
  if (own === undefined) return
  if (inFlight > 0) driver.inFlight.set(own.id, inFlight)
  else driver.inFlight.delete(own.id)
}

function happen(driver: Driver, one: Event, late: ReturnType<Driver['look']>[]): void {
  const { site } = driver
  const jobs = site.alive()
  const handle = 'pick' in one ? (jobs[one.pick % Math.max(1, jobs.length)]?.handle ?? '') : ''
  switch (one.kind) {
    case 'pass':
      driver.pass(one.ms)
      break
    case 'look':
      driver.take(driver.look())
      break
    case 'lookLate':
      late.push(driver.look())
      break
    case 'deliver': {
      const old = late.shift()
      if (old !== undefined) driver.take(old)
      break
    }
    case 'redeliver':
      if (driver.observation !== undefined) driver.take(driver.observation)
      break
    case 'probe':
      driver.probe()
      break
    case 'silence':
      driver.probe(false)
      break
    case 'crash':
      late.length = 0
      driver.crash()
      break
    case 'lostRow': {
      // What the row stood for is nobody's from now on.
      const [first] = driver.stored.keys()
      driver.crash()
      if (first !== undefined) driver.stored.delete(first)
      break
    }
    case 'act':
      driver.act(one.outcome)
      break
    case 'run':
      site.run(handle, driver.nowMs, loadMs)
      break
    case 'end':
      site.end(handle)
      break
    case 'fail':
      site.end(handle, 1)
      break
    case 'requeue':
      site.requeue(handle)
      break
    case 'ask':
      driver.demand.set(`lab/vllm/m${one.model}`, { queued: one.requests, oldestWaitMs: 0, inFlight: 0, peak: one.requests, lastRequestMs: driver.nowMs })
      break
    case 'batchAsks':
      askForBatch(driver, one.batch, one.inFlight)
      break
    case 'batchEnds':
      driver.batches.delete(`batch_${one.batch}`)
      break
    case 'say':
      driver.overrides = [...driver.overrides.filter(({ model: said }) => said !== `m${one.model}`), { cluster: 'lab', framework: 'vllm', model: `m${one.model}`, kind: one.word, replicas: one.count, atMs: driver.nowMs }]
  }
}

function check(driver: Driver, { shapes, walltimeS }: { readonly shapes: readonly Shape[]; readonly walltimeS: number | undefined }, lostRows: number): void {
  const rows = notOver(driver)
  const handles = rows.flatMap(({ handle }) => handle ?? [])
  expect(new Set(handles).size, 'a replica has one owner').toBe(handles.length)
  const alive = driver.site.alive()
  expect(new Set(alive.map(({ id }) => id)).size, 'a replica is started once').toBe(alive.length)
  for (const [index, { min, more }] of shapes.entries()) {
    const own = rows.filter((replica) => replica.model === `m${index}`)
    expect(own.length, 'present').toBeLessThanOrEqual(min + more + 1)
    expect(alive.filter(({ deployment }) => deployment.model === `m${index}`).length, 'there').toBeLessThanOrEqual(min + more + 1 + lostRows)
  }
  expect(rows.length, 'nodes').toBeLessThanOrEqual(maxNodes)
  for (const id of new Set(rows.flatMap(({ batch: of }) => of ?? []))) {
    const own = rows.filter(({ batch: of }) => of === id)
    expect(own.filter(isActive).length, `replicas of ${id}`).toBeLessThanOrEqual(walltimeS === undefined ? 1 : 2)
    expect(own.every((replica) => shapes[Number(replica.model.slice(1))]?.dedicated), 'where batches have replicas').toBe(true)
  }
}

/** Were the site asked now, everything there would be owned, or ended, or adopted. */
function checkLeaks(driver: Driver): void {
  driver.pass(minute) // what was to end may be asked to again
  driver.take(driver.look())
  const actions = driver.plan()
  const handled = new Set(actions.flatMap((action) => (action.kind === 'stop' ? [action.handle] : action.kind === 'adopt' ? [action.replica.handle] : [])))
  for (const { id, handle } of driver.site.alive()) {
    const row = driver.stored.get(id)
    expect((row !== undefined && !isOver(row) && row.handle === handle) || handled.has(handle), `${id} is owned or ended`).toBe(true)
  }
}

/** Nothing fails any more, every job runs at once, and callers want the same all the time, after one look at each model: what has failed starts again for that. */
function calmDown(driver: Driver, load: readonly number[], batches: readonly number[] = []): void {
  driver.overrides = []
  for (let round = 0; round < 250; round += 1) {
    for (const [index, requests] of load.entries()) {
      const inFlight = Math.min(requests, 4 * driver.active(`m${index}`).filter(({ state }) => state === 'live').length)
      const key = `lab/vllm/m${index}`
      driver.demand.set(key, { queued: requests - inFlight, oldestWaitMs: requests > inFlight ? 10 * minute : 0, inFlight, peak: requests, lastRequestMs: requests > 0 || round < 80 ? driver.nowMs : driver.demand.get(key)?.lastRequestMs })
    }
    for (const number of batches) askForBatch(driver, number, 1)
    for (const { handle } of driver.site.alive()) driver.site.run(handle, driver.nowMs, loadMs)
    driver.settle(1, minute)
  }
}

// A machine that is busy with other tests takes its time for so many lives.
describe('whatever happens', { timeout: 60_000 }, () => {
  test('no replica has two owners, none is left behind, none is too many, and states move along the table', () => {
    fc.assert(
      fc.property(scenario, ({ events, ...rest }) => {
        const driver = begin(rest)
        const late: ReturnType<Driver['look']>[] = []
        for (const one of events) {
          happen(driver, one, late)
          check(driver, rest, events.filter(({ kind }) => kind === 'lostRow').length)
        }
        checkLeaks(driver)
      }),
      { numRuns: 200 },
    )
  })

  test('once the world is calm, what runs is what is wanted, and nothing more is done', () => {
    fc.assert(
      fc.property(scenario, ({ events, finalLoad, ...rest }) => {
        const driver = begin({ ...rest, walltimeS: undefined })
        const late: ReturnType<Driver['look']>[] = []
        for (const one of events) happen(driver, one, late)
        driver.batches.clear()
        driver.inFlight.clear()
        calmDown(driver, finalLoad)
        const wanted = rest.shapes.map(({ min, more, hot }, index) => Math.min(min + more, Math.max(min, hot ? 1 : 0, Math.ceil((finalLoad[index] ?? 0) / 4))))
        const live = rest.shapes.map((_, index) => driver.active(`m${index}`).filter(({ state }) => state === 'live').length)
        if (wanted.reduce((sum, count) => sum + count, 0) <= maxNodes) expect(live).toEqual(wanted)
        else {
          expect(live.reduce((sum, count) => sum + count, 0)).toBe(maxNodes)
          for (const [index, count] of live.entries()) expect(count, `m${index}`).toBeGreaterThanOrEqual(Math.min(1, wanted[index] ?? 0))
        }
        expect(driver.site.alive().length).toBe(notOver(driver).length)
        expect(driver.plan().filter(({ kind }) => kind !== 'forget')).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('once the world is calm, each batch whose turn it is has one replica, and people have what is left of the most', () => {
    fc.assert(
      fc.property(scenario, fc.uniqueArray(batch, { maxLength: 4 }), ({ events, finalLoad, ...rest }, asking) => {
        const driver = begin({ ...rest, walltimeS: undefined, nodes: 40 })
        const late: ReturnType<Driver['look']>[] = []
        for (const one of events) happen(driver, one, late)
        driver.batches.clear()
        driver.inFlight.clear()
        calmDown(driver, finalLoad, asking)
        for (const [index, { min, more, hot, dedicated }] of rest.shapes.entries()) {
          const max = min + more
          const load = finalLoad[index] ?? 0
          const always = Math.max(min, hot ? 1 : 0)
          const batches = dedicated ? asking.filter((number) => number % 3 === index).length : 0
          const given = Math.max(0, Math.min(batches, max - Math.min(max, Math.max(always, load > 0 ? 1 : 0)), Math.max(1, Math.floor(max / 2))))
          const live = driver.active(`m${index}`).filter(({ state }) => state === 'live')
          expect(live.filter(({ batch: of }) => of !== undefined).length, `batches at m${index}`).toBe(given)
          expect(live.filter(({ batch: of }) => of === undefined).length, `people at m${index}`).toBe(Math.min(max - given, Math.max(always, Math.ceil(load / 4))))
        }
        expect(driver.site.alive().length).toBe(notOver(driver).length)
        expect(driver.plan().filter(({ kind }) => kind !== 'forget')).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('replacement before the walltime ends leaves no moment without a live replica', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 8 }), (max, load) => {
        const driver = begin({ shapes: [{ min: 1, more: max - 1, hot: true, dedicated: false }, { min: 0, more: 0, hot: false, dedicated: false }, { min: 0, more: 0, hot: false, dedicated: false }], walltimeS: 7200 })
        calmDown(driver, [load, 0, 0])
        for (let round = 0; round < 600; round += 1) {
          for (const job of driver.site.alive()) {
            if (job.startedAtMs !== undefined && driver.nowMs >= job.startedAtMs + 7_200_000) driver.site.end(job.handle)
            driver.site.run(job.handle, driver.nowMs, loadMs)
          }
          driver.demand.set('lab/vllm/m0', { queued: 0, oldestWaitMs: 0, inFlight: load, peak: load, lastRequestMs: driver.nowMs })
          driver.settle(1, 30_000)
          expect(driver.active('m0').filter(({ state }) => state === 'live').length).toBeGreaterThanOrEqual(1)
          expect(notOver(driver).length).toBeLessThanOrEqual(max + 1)
        }
        expect([...driver.stored.values()].filter(({ state }) => state === 'failed')).toEqual([])
      }),
      { numRuns: 10 },
    )
  })
})
