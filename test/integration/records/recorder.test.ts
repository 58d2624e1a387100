import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalStore } from '@main/records/local-store'
import type { RequestOutcome } from '@main/records/recorder'
import { createRequestRecorder, type RequestRecorder } from '@main/records/request-recorder'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createManualTimer, outcome, refusal } from '../../fixtures/records'
import { createKeptLog } from '../../fixtures/silent-logger'

const dayMs = 86_400_000
let folder: string
let database: Database
let nowMs = 1_000_000
let keptDays = 365
let timer = createManualTimer()
let log = createKeptLog()
let observed: RequestOutcome[]
const clock = { now: () => nowMs }

beforeEach(async () => {
  nowMs = 1_000_000
  keptDays = 365
  timer = createManualTimer()
  log = createKeptLog()
  observed = []
  folder = await mkdtemp(join(tmpdir(), 'first-records-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger: log.logger })
  log.lines.length = 0
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

const create = (): RequestRecorder =>
  createRequestRecorder({ store: createLocalStore({ database }), clock, logger: log.logger, keptDays: () => keptDays, knowsModel: (model) => model === 'listed', observe: (outcomes) => observed.push(...outcomes), defer: timer.defer })
const ids = (): string[] => database.all(z.object({ id: z.string() }), 'SELECT id FROM requests ORDER BY rowid').map(({ id }) => id)
const count = (table = 'requests'): number => database.get(z.object({ count: z.number() }), `SELECT count(*) AS count FROM ${table}`)?.count ?? -1
const usage = (): unknown => database.all(z.object({ model: z.string(), requests: z.number() }), 'SELECT model, sum(requests) AS requests FROM usage_hours GROUP BY model ORDER BY model')
/** The disk refuses to take records until the function that is returned is called. */
const refuseWrites = (): (() => void) => {
  database.exec('ALTER TABLE requests RENAME TO away')
  return () => database.exec('ALTER TABLE away RENAME TO requests')
}

describe('records of requests', () => {
  test('are written together a little later, and the rest at the end', async () => {
    const recorder = create()
    recorder.add(outcome('one'))
    recorder.add(outcome('two'))
    expect(ids()).toEqual([])
    expect(timer.waiting).toEqual([500])
    timer.run()
    expect(ids()).toEqual(['one', 'two'])
    recorder.add(outcome('three'))
    await recorder.close()
    expect(ids()).toEqual(['one', 'two', 'three'])
    expect(timer.waiting).toEqual([])
  })

  test('are written at once when there are five hundred', () => {
    const recorder = create()
    for (let index = 0; index < 500; index += 1) recorder.add(outcome(String(index)))
    expect(ids()).toHaveLength(500)
  })

  test('are all there after a close, however many came at once, and each was observed once', async () => {
    const recorder = create()
    for (let index = 0; index < 5_678; index += 1) recorder.add(outcome(String(index)))
    await recorder.close()
    expect(ids()).toEqual(Array.from({ length: 5_678 }, (_, index) => String(index)))
    expect(usage()).toEqual([{ model: 'm', requests: 5_678 }])
    expect(observed).toHaveLength(5_678)
  })

  test('hold what was known and nothing else', async () => {
    const recorder = create()
    recorder.add(outcome('one', { identity: 'owner', isStreamed: true, firstByteMs: 3, queuedMs: 2, origin: '127.0.0.1', usage: { promptTokens: 5, completionTokens: 7, totalTokens: 12, isEstimated: true } }))
    recorder.add({ requestId: 'two', startedAtMs: 1, door: 'first', route: '/resource_server/*', attempts: 0, status: 404, errorCode: 'model_not_found', isStreamed: false, totalMs: 1.5 })
    recorder.add(outcome('three', { status: 499, errorCode: 'cancelled', isCut: true }))
    await recorder.close()
    expect(database.all(z.looseObject({}), 'SELECT * FROM requests ORDER BY rowid')).toMatchObject([
      { identity: 'owner', model: 'm', cluster: 'here', operation: 'chat_completions', framework: 'llama', is_streamed: 1, first_byte_ms: 3, queued_ms: 2, prompt_tokens: 5, completion_tokens: 7, is_usage_estimated: 1, is_failed: 0, is_cut: 0, origin: '127.0.0.1' },
      { identity: null, model: null, operation: null, error_code: 'model_not_found', status: 404, is_failed: 1, is_streamed: 0, first_byte_ms: null, prompt_tokens: null, is_usage_estimated: null, origin: null },
      { is_cut: 1, is_failed: 0 },
    ])
  })

  test('are written whatever numbers a site made up', async () => {
    const recorder = create()
    const usage = { promptTokens: Number.NaN, completionTokens: 1e300, totalTokens: -1, isEstimated: false }
    recorder.add(outcome('one', { startedAtMs: 1.5, firstByteMs: Number.NaN, totalMs: Infinity, isStreamed: true, model: 'm'.repeat(100_000), usage }))
    recorder.add(outcome('two', { startedAtMs: -5, totalMs: -5, usage: { ...usage, completionTokens: 1.4 } }))
    await recorder.close()
    expect(ids()).toEqual(['one', 'two'])
    expect(log.lines).toEqual([])
  })

  test('that run are listed until they end', () => {
    const recorder = create()
    const [one, two] = [outcome('one'), outcome('two')]
    recorder.began(one)
    recorder.began(two)
    expect([...recorder.running()]).toEqual([one, two])
    recorder.add({ ...one })
    expect([...recorder.running()]).toEqual([two])
  })

  test('count models that no cluster lists together, and those that wait for a place by name', async () => {
    const recorder = create()
    for (const model of ['made up', 'made up too', 'listed']) recorder.add(refusal(model, { model }))
    recorder.add(outcome('four', { model: 'gone since' }))
    await recorder.close()
    expect(usage()).toEqual([{ model: 'gone since', requests: 1 }, { model: 'listed', requests: 1 }, { model: 'other', requests: 2 }])
  })
})

describe('a disk that refuses records', () => {
  test('is said once, and what waited is written when it takes them again', async () => {
    const recorder = create()
    const takeAgain = refuseWrites()
    recorder.add(outcome('one'))
    await recorder.flush()
    expect(recorder.problem()).toBeDefined()
    for (let round = 0; round < 3; round += 1) {
      expect(timer.waiting).toEqual([5_000])
      timer.run()
      await settled()
    }
    expect(log.lines).toMatchObject([{ level: 'error', fields: { waiting: 1 } }])
    recorder.add(outcome('two'))
    takeAgain()
    timer.run()
    await settled()
    timer.run()
    expect(ids()).toEqual(['one', 'two'])
    expect(recorder.problem()).toBeUndefined()
    expect(log.lines).toHaveLength(2)
  })

  test('keeps nobody from counting: the oldest rows go, their usage stays', async () => {
    const recorder = create()
    const takeAgain = refuseWrites()
    for (let index = 0; index < 25_000; index += 1) recorder.add(outcome(String(index)))
    await recorder.flush()
    expect(recorder.rowsDropped()).toBeGreaterThan(14_000)
    expect(recorder.lastMinute().requestsLastMinute).toBe(25_000)
    takeAgain()
    await recorder.close()
    expect(count()).toBe(25_000 - recorder.rowsDropped())
    expect(ids().at(-1)).toBe('24999')
    expect(usage()).toEqual([{ model: 'm', requests: 25_000 }])
    expect(observed).toHaveLength(25_000)
  })

  test('because it is full is called so', async () => {
    const recorder = create()
    const pages = database.get(z.object({ page_count: z.number() }), 'PRAGMA page_count')?.page_count ?? 0
    database.exec(`PRAGMA max_page_count = ${pages + 4}`)
    for (let index = 0; index < 2_000; index += 1) recorder.add(outcome(String(index)))
    await recorder.flush()
    expect(recorder.problem()).toMatchObject({ code: 'disk_full' })
    expect(count()).toBe(usageSum('usage_hours'))
    database.exec('PRAGMA max_page_count = 100000')
    await recorder.close()
    expect(ids()).toHaveLength(2_000)
    expect(usageSum('usage_days')).toBe(2_000)
  })

  test('does not hold up the end, which says what is lost', async () => {
    const recorder = create()
    refuseWrites()
    recorder.add(outcome('one'))
    await recorder.close()
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { lost: 1 } })
  })
})

describe('old records of requests', () => {
  test('go after the days that are configured, some with each write; usage by day stays', async () => {
    const recorder = create()
    nowMs = 400 * dayMs
    for (let index = 0; index < 1_200; index += 1) recorder.add(outcome(`old-${index}`, { startedAtMs: 20 * dayMs + index }))
    await recorder.flush()
    recorder.add(outcome('a year ago', { startedAtMs: 35 * dayMs }))
    for (let write = 0; write < 3; write += 1) {
      recorder.add(outcome(`new-${write}`, { startedAtMs: nowMs }))
      await recorder.flush()
    }
    expect(ids()).toEqual(['a year ago', 'new-0', 'new-1', 'new-2'])
    expect(usageSum('usage_hours')).toBe(4)
    expect(usageSum('usage_days')).toBe(1_204)
    keptDays = 7
    recorder.add(outcome('new-3', { startedAtMs: nowMs }))
    await recorder.close()
    expect(ids()).not.toContain('a year ago')
  })
})

const usageSum = (table: string): number => database.get(z.object({ sum: z.number() }), `SELECT total(requests) AS sum FROM ${table}`)?.sum ?? -1
/** All promises that can settle by now have. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
