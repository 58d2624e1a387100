import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchedDeployment } from '@shared/config/deployment'
import { FirstError } from '@shared/errors'
import type { Pace } from '@main/clusters/managed-cluster'
import { createScheduler, type Scheduler } from '@main/scheduler/scheduler'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createReplicaTable } from '@main/storage/replica-table'
import { createScriptedHost, type ScriptedHost } from './scripted-host'
import { canMountDisk, mountSmallDisk } from '../../fixtures/small-disk'
import { createKeptLog } from '../../fixtures/silent-logger'
import { until as untilAsync } from '../../fixtures/until'

const { logger: silentLogger, lines } = createKeptLog()
const name = { cluster: 'lab', model: 'org/model', framework: 'vllm' } as const
const deployment = launchedDeployment.parse({ model: name.model, framework: name.framework, requestsPerReplica: 2, idleTimeoutS: 600, replicas: { max: 2 } })

let dir: string
let database: Database
let host: ScriptedHost
let nowMs: number
let waiting: number
let isReady: boolean
let ids: number
let scheduler: Scheduler

const make = (more: Partial<typeof deployment> = {}, pace?: Pace): Scheduler =>
  createScheduler({
    clusters: [{ name: 'lab', place: 'here', host, deployments: [{ ...deployment, ...more }], ...(pace !== undefined && { pace }) }],
    table: createReplicaTable(database),
    newId: () => `fd-replica${String(++ids).padStart(5, '0')}`,
    keyOf: (id) => `key of ${id}`,
    probe: () => Promise.resolve(isReady),
    waiting: () => waiting,
    clock: () => nowMs,
    logger: silentLogger,
  })
/** So many rounds, two seconds from one to the next. */
const rounds = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) {
    nowMs += 2000
    await scheduler.round()
  }
}
const until = (what: string, isSo: () => boolean): Promise<void> => untilAsync(what, () => Promise.resolve(isSo()), { timeoutMs: 5_000 })
/** Rounds, as the app begins them: what is under way in one does not hold up the next. */
const ticksUntil = (what: string, isSo: () => boolean): Promise<void> =>
  until(what, () => {
    nowMs += 2000
    scheduler.tick()
    return isSo()
  })
const states = (): string[] => scheduler.replicas().map(({ state }) => state)
const refusal = (): FirstError => {
  try {
    scheduler.acquire(name)
  } catch (cause) {
    return cause as FirstError
  }
  throw new Error('there was a replica')
}
const run = (id: string): void => host.show({ id, handle: `job-${id}`, state: 'running', baseUrl: 'http://127.0.0.1:9000/v1', startedAtMs: nowMs })
/** Somebody asks for the model and waits, and its first replica is live. @returns its id */
const comesUp = async (): Promise<string> => {
  refusal()
  waiting = 1
  await rounds(1)
  const id = host.started[0]?.id ?? ''
  run(id)
  await rounds(2)
  return id
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'first-scheduler-'))
  nowMs = 1_800_000_000_000
  database = await openMigratedDatabase({ path: join(dir, 'first.db'), backupsDir: dir, clock: { now: () => nowMs }, logger: silentLogger })
  host = createScriptedHost()
  ;[waiting, isReady, ids] = [0, true, 0]
  scheduler = make()
})
afterEach(async () => {
  database.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a model that nobody asks for', () => {
  it('is not started', async () => {
    await rounds(3)
    expect(host.started).toEqual([])
  })
})

describe('a request for a cold model', () => {
  it('starts it, waits, is served, and the model goes when nobody asks any more', async () => {
    expect(refusal()).toMatchObject({ code: 'model_loading' })
    waiting = 1
    await rounds(1)
    const [started] = host.started
    expect(started).toMatchObject({ deployment, key: `key of ${started?.id ?? ''}` })
    expect(states()).toEqual(['queued'])
    expect(scheduler.replicas()[0]?.reason).toBeUndefined()
    await rounds(1)
    expect(scheduler.replicas()[0]?.reason).toBe('It waits for its turn.')

    run(started?.id ?? '')
    await rounds(2)
    expect(states()).toEqual(['live'])
    const lease = scheduler.acquire(name)
    waiting = 0
    expect(lease).toMatchObject({ baseUrl: 'http://127.0.0.1:9000/v1', key: `key of ${started?.id ?? ''}` })
    await rounds(2)
    lease.release()

    nowMs += 3_600_000
    await rounds(4)
    expect(host.stopped).toEqual([`job-${started?.id ?? ''}`])
    expect(states()).toEqual(['stopped'])
  })

  it('brings a second replica with load, and no third', async () => {
    await comesUp()
    const leases = [scheduler.acquire(name), scheduler.acquire(name)]
    expect(refusal().message).toContain('as many requests as it takes')
    waiting = 9
    await rounds(4)
    expect(host.started).toHaveLength(2)
    for (const lease of leases) lease.release()
  })

  it('waits for the second attempt, and is told what the engine printed when that fails too', async () => {
    const dies = (at: number): void => host.show({ id: host.started[at]?.id ?? '', handle: `job-${host.started[at]?.id ?? ''}`, state: 'ended', exitCode: 3 })
    refusal()
    waiting = 1
    await rounds(1)
    dies(0)
    await rounds(2)
    expect(scheduler.replicas()[0]).toMatchObject({ state: 'failed', reason: 'It ended with exit code 3.', logTail: 'the last words\n' })
    expect(refusal()).toMatchObject({ code: 'model_loading' })
    await rounds(10)
    expect(host.started).toHaveLength(2)
    dies(1)
    await rounds(2)
    expect(refusal()).toMatchObject({ code: 'model_failed', info: { log: 'the last words\n' } })
    await rounds(30)
    expect(host.started).toHaveLength(2)
    expect(refusal()).toMatchObject({ code: 'model_failed' })
  })
})

describe('the scheduler', () => {
  it('adopts what runs after a restart, and starts nothing twice', async () => {
    await comesUp()
    waiting = 0
    scheduler = make()
    expect(states()).toEqual(['live'])
    await rounds(3)
    expect(host.started).toHaveLength(1)
    expect(scheduler.acquire(name).baseUrl).toContain('9000')
  })

  it('notices what was ended from outside, and heals it while it is wanted', async () => {
    const id = await comesUp()
    host.hide(id)
    await rounds(2)
    expect(scheduler.replicas()[0]).toMatchObject({ id, state: 'failed' })
    refusal()
    nowMs += 60_000
    refusal()
    await rounds(3)
    expect(host.started).toHaveLength(2)
  })

  it('sends nothing to a job that its site has suspended, says why, and neither ends it nor learns from it how long a start takes', async () => {
    refusal()
    waiting = 1
    await rounds(1)
    const id = host.started[0]?.id ?? ''
    const startedAtMs = nowMs
    run(id)
    await rounds(2)
    const usualMs = scheduler.usualStartMs(name)
    isReady = false
    host.show({ id, handle: `job-${id}`, state: 'suspended', reason: 'The site has suspended the job.', startedAtMs })
    await rounds(300)
    expect(scheduler.replicas()).toMatchObject([{ id, state: 'queued', reason: 'The site has suspended the job.' }])
    expect(refusal()).toMatchObject({ code: 'model_loading', message: expect.stringContaining('The site has suspended the job.') as string })
    expect(host.stopped).toEqual([])

    isReady = true
    host.show({ id, handle: `job-${id}`, state: 'running', baseUrl: 'http://127.0.0.1:9000/v1', startedAtMs })
    await rounds(2)
    expect(scheduler.acquire(name).baseUrl).toContain('9000')
    expect(scheduler.usualStartMs(name)).toBe(usualMs)
    expect(host.started).toHaveLength(1)
  })

  it('stops what is there and nobody knows of', async () => {
    host.show({ id: 'fd-aaaaaaaaaaaa', handle: 'job-x', state: 'running' })
    await rounds(3)
    expect(host.stopped).toContain('job-x')
  })

  it('asks once a minute for the end of what is slow to go, and looks meanwhile whether it has gone', async () => {
    scheduler = make({}, { freshMs: 2_000, busyMs: 4_000, calmMs: 3_600_000, capacityMs: 0 })
    host.lingers(true)
    host.show({ id: 'fd-aaaaaaaaaaaa', handle: 'job-x', state: 'running' })
    await rounds(25)
    expect(host.stopped).toEqual(['job-x'])
    expect(host.looks).toBeGreaterThan(10)
    await rounds(10)
    expect(host.stopped).toEqual(['job-x', 'job-x'])
    host.hide('fd-aaaaaaaaaaaa')
    await rounds(3)
    const { looks } = host
    await rounds(100)
    expect([host.stopped.length, host.looks]).toEqual([2, looks])
  })

  it('changes nothing on a cluster that cannot be asked', async () => {
    host.setAway(true)
    refusal()
    waiting = 1
    await rounds(3)
    expect(host.started).toEqual([])
    expect(scheduler.problem('lab')).toMatchObject({ code: 'upstream_unreachable' })
  })

  it('holds silence against no replica while its cluster is silent too: the way there may be cut', async () => {
    const id = await comesUp()
    host.setAway(true)
    isReady = false
    await rounds(1000)
    host.setAway(false)
    await rounds(60)
    expect(scheduler.replicas()).toMatchObject([{ id, state: 'live' }])
    expect(host.stopped).toEqual([])

    await rounds(120)
    expect(scheduler.replicas()[0]).toMatchObject({ id, state: 'failed', reason: 'It has not answered for 5 minutes.' })
    expect(host.stopped).toEqual([`job-${id}`])
  })

  it('says so when a replica could not be ended, and asks again until it has', async () => {
    refusal()
    waiting = 1
    await rounds(1)
    const id = host.started[0]?.id ?? ''
    const error = new FirstError('upstream_unreachable', 'Slurm of cluster lab did not cancel job 1.')
    host.refuseStops(error)
    await expect(scheduler.end(id)).rejects.toBe(error)
    waiting = 0
    await rounds(20)
    expect([host.stopped.length, states()[0]]).toEqual([1, 'draining'])
    host.refuseStops(undefined)
    await rounds(20)
    expect([host.stopped.length, states()[0]]).toEqual([2, 'stopped'])
  })

  it('logs when it is closed what it could not end, with its id and that of its job', async () => {
    refusal()
    waiting = 1
    await rounds(1)
    const id = host.started[0]?.id ?? ''
    host.refuseStops(new FirstError('upstream_unreachable', 'Slurm of cluster lab did not cancel job 1.'))
    await scheduler.close()
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { cluster: 'lab', id, handle: `job-${id}` } })
  })

  it('ends everything when it is closed', async () => {
    refusal()
    waiting = 1
    await rounds(1)
    await scheduler.close()
    expect(host.stopped).toHaveLength(1)
  })

  it('ends all that has a handle at once when it is closed, whatever else is under way, and what is being started once it is known', async () => {
    const id = await comesUp()
    const leases = [scheduler.acquire(name), scheduler.acquire(name)]
    refusal()
    waiting = 9
    const start = host.holdStarts()
    await ticksUntil('the second is being started', () => host.started.length === 2)
    const stop = host.holdStops()
    const closed = scheduler.close()
    await until('the first is asked to end', () => host.stopped.length === 1)
    expect(host.stopped).toEqual([`job-${id}`])
    start()
    await until('the second is asked to end too', () => host.stopped.length === 2)
    expect(host.stopped[1]).toBe(`job-${host.started[1]?.id ?? ''}`)
    stop()
    await closed
    for (const lease of leases) lease.release()
  })

  it('ends at once when it is closed what was still to finish', async () => {
    await comesUp()
    const stop = host.holdStops()
    scheduler.want(name, { kind: 'drain' })
    await ticksUntil('it is asked to end by itself', () => host.stopped.length === 1)
    const closed = scheduler.close()
    await until('it is asked to end now', () => host.stopped.length === 2)
    stop()
    await closed
  })

  it('leaves what is to be kept when it is closed, for the next start, but not what drains', async () => {
    scheduler = make({ keepRunning: true })
    const id = await comesUp()
    await scheduler.close()
    expect(host.stopped).toEqual([])

    scheduler = make({ keepRunning: true })
    await rounds(1)
    const lease = scheduler.acquire(name)
    scheduler.want(name, { kind: 'drain' })
    await rounds(2)
    expect(states()).toEqual(['draining'])
    await scheduler.close()
    expect(host.stopped).toEqual([`job-${id}`])
    lease.release()
  })

  it('ends when it is closed what is still there of replicas that are over', async () => {
    refusal()
    waiting = 1
    await rounds(1)
    const id = host.started[0]?.id ?? ''
    run(id)
    isReady = false
    nowMs += deployment.ready.timeoutS * 1000
    const stop = host.holdStops()
    await ticksUntil('it has failed, and is asked to end', () => states()[0] === 'failed' && host.stopped.length > 0)
    const asked = host.stopped.length
    const closed = scheduler.close()
    await until('it is asked to end once more', () => host.stopped.length > asked)
    expect(new Set(host.stopped)).toEqual(new Set([`job-${id}`]))
    stop()
    await closed
  })

  it('goes on with a replica when another job with its id is ended', async () => {
    const id = await comesUp()
    host.show({ id, handle: 'job-twin', state: 'running', baseUrl: 'http://127.0.0.1:9001/v1', startedAtMs: nowMs })
    await rounds(2)
    expect(host.stopped).toEqual(['job-twin'])
    expect(states()).toEqual(['live'])
  })

  it('looks when it is closed for what it has started without an answer, and ends that too', async () => {
    host.loseAnswers(true)
    refusal()
    waiting = 1
    await rounds(1)
    expect(states()).toEqual(['requested'])
    expect(scheduler.replicas()[0]?.handle).toBeUndefined()
    await scheduler.close()
    expect(host.stopped).toEqual([`job-${host.started[0]?.id ?? ''}`])
  })
})

const { canMount, note } = canMountDisk()
describe.runIf(canMount)(`a full disk${note}`, () => {
  it('keeps nothing from being ended, says why nothing starts, and is caught up with', async () => {
    const disk = mountSmallDisk(1)!
    const ballast = join(disk.path, 'ballast')
    try {
      database.close()
      database = await openMigratedDatabase({ path: join(disk.path, 'first.db'), backupsDir: dir, clock: { now: () => nowMs }, logger: silentLogger })
      scheduler = make()
      const id = await comesUp()
      expect(states()).toEqual(['live'])
      waiting = 0

      await writeFile(ballast, Buffer.alloc(2 ** 20)).catch(() => undefined)
      await scheduler.end(id)
      expect(host.stopped).toEqual([`job-${id}`])
      // Somebody has asked for it a moment ago, so another is wanted.
      await rounds(2)
      expect(states()).toEqual(['stopped', 'failed'])
      expect(refusal()).toMatchObject({ code: 'model_failed', message: expect.stringContaining('is full') as string })
      expect(host.started).toHaveLength(1)

      const kept = (): object[] => createReplicaTable(database).replicas().map(({ id: one, state }) => ({ id: one, state }))
      const known = (): object[] => scheduler.replicas().map(({ id: one, state }) => ({ id: one, state }))
      expect(kept()).not.toEqual(known())
      await rm(ballast)
      await rounds(2)
      expect(kept()).toEqual(known())
    } finally {
      database.close()
      disk.remove()
    }
  })
})
