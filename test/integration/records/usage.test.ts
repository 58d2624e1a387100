import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalStore } from '@main/records/local-store'
import { isFailure, type RequestOutcome } from '@main/records/recorder'
import type { RecordsStore } from '@main/records/records-store'
import { createRequestRecorder, type RequestRecorder } from '@main/records/request-recorder'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import type { UsageRow } from '@shared/domain/records'
import { array, assert, asyncProperty, boolean, constantFrom, integer, option, record } from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outcome } from '../../fixtures/records'
import { createKeptLog } from '../../fixtures/silent-logger'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A Monday, 00:00 of this machine's own zone. */
const monday = new Date(2026, 5, 1).getTime()
let folder: string
let database: Database
let store: RecordsStore
let recorder: RequestRecorder
let keptDays = 365
const clock = { now: () => monday + 20 * dayMs }

beforeEach(async () => {
  keptDays = 365
  folder = await mkdtemp(join(tmpdir(), 'first-usage-'))
  const { logger } = createKeptLog()
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger })
  store = createLocalStore({ database })
  recorder = createRequestRecorder({ store, clock, logger, keptDays: () => keptDays, knowsModel: () => true, defer: () => ({ cancel: () => undefined }) })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

const tokens = (promptTokens: number, completionTokens: number, isEstimated = false): Pick<RequestOutcome, 'usage'> => ({ usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, isEstimated } })
const add = async (...outcomes: readonly RequestOutcome[]): Promise<void> => {
  for (const each of outcomes) recorder.add(each)
  await recorder.flush()
}
const whole = { fromMs: 0, toMs: monday + 1_000 * dayMs }
const brief = (rows: readonly UsageRow[]): unknown => rows.map(({ label, requests }) => [label, requests])

describe('usage', () => {
  test('by model says how much, how well and how fast', async () => {
    await add(
      outcome('1', { startedAtMs: monday, model: 'a', isStreamed: true, firstByteMs: 50, totalMs: 1000, ...tokens(10, 20) }),
      outcome('2', { startedAtMs: monday + dayMs, model: 'a', totalMs: 2000, ...tokens(1, 2, true) }),
      outcome('3', { startedAtMs: monday + dayMs, model: 'a', status: 502, errorCode: 'upstream_error', totalMs: 1 }),
      outcome('4', { startedAtMs: monday, model: 'b', status: 499, errorCode: 'cancelled', isCut: true, totalMs: 5, ...tokens(3, 4) }),
    )
    expect(await store.usage({ by: 'model', ...whole })).toMatchObject([
      { id: 'a', label: 'a', requests: 3, failures: 1, promptTokens: 11, completionTokens: 22, estimatedRequests: 1, p50FirstMs: 46, p99FirstMs: 46, p50TotalMs: 1020, p99TotalMs: 2120 },
      { id: 'b', requests: 1, failures: 0, promptTokens: 3 },
    ])
    expect((await store.usage({ by: 'model', ...whole }))[1]).not.toHaveProperty('p50TotalMs')
  })

  test('is told by key, by cluster, by day and by hour, and narrowed', async () => {
    await add(
      outcome('1', { startedAtMs: monday + 1, identity: 'owner', cluster: 'lab' }),
      outcome('2', { startedAtMs: monday + hourMs, identity: 'key-1', cluster: 'lab', model: 'a' }),
      outcome('3', { startedAtMs: monday + dayMs + 5, identity: 'key-1', cluster: 'here', model: 'a' }),
    )
    expect(brief(await store.usage({ by: 'key', ...whole }))).toEqual([['key-1', 2], ['owner', 1]])
    expect(brief(await store.usage({ by: 'cluster', ...whole }))).toEqual([['lab', 2], ['here', 1]])
    expect(brief(await store.usage({ by: 'day', ...whole }))).toEqual([[new Date(monday).toISOString(), 2], [new Date(monday + dayMs).toISOString(), 1]])
    expect(await store.usage({ by: 'hour', fromMs: monday, toMs: monday + dayMs })).toMatchObject([{ atMs: monday }, { atMs: monday + hourMs }])
    expect(brief(await store.usage({ by: 'cluster', ...whole, identity: 'key-1', model: 'a' }))).toEqual([['here', 1], ['lab', 1]])
    expect(await store.usage({ by: 'key', ...whole, cluster: 'nowhere' })).toEqual([])
  })

  test('leaves out what asked nothing of a model', async () => {
    await add({ requestId: '1', startedAtMs: monday, door: 'openai', route: '/v1/models', attempts: 0, status: 200, isStreamed: false, totalMs: 1 })
    expect(await store.usage({ by: 'key', ...whole })).toEqual([])
  })

  test('goes from the first hour to the last and no further', async () => {
    await add(...Array.from({ length: 96 }, (_, hour) => outcome(String(hour), { startedAtMs: monday + hour * hourMs + 1 })))
    for (const [from, to] of [[0, 96], [5, 91], [23, 25], [24, 72], [30, 31], [47, 49], [95, 96], [50, 50], [60, 40]] as const) {
      const found = await store.usage({ by: 'model', fromMs: monday + from * hourMs, toMs: monday + to * hourMs })
      expect(found.reduce((sum, { requests }) => sum + requests, 0)).toBe(Math.max(0, to - from))
    }
  })

  test('of days whose hours went is told by whole days', async () => {
    await add(outcome('1', { startedAtMs: monday + hourMs }), outcome('2', { startedAtMs: monday + 2 * dayMs }))
    keptDays = 1
    for (let write = 0; write < 5; write += 1) await add(outcome(`new-${write}`, { startedAtMs: clock.now() }))
    expect(await store.usage({ by: 'hour', fromMs: monday, toMs: monday + 3 * dayMs })).toEqual([])
    for (const [fromMs, requests] of [[monday + 5 * hourMs, 7], [monday + dayMs, 6]] as const) expect(await store.usage({ by: 'model', fromMs, toMs: whole.toMs })).toMatchObject([{ requests }])
    expect(await store.usage({ by: 'model', fromMs: monday + 5 * hourMs, toMs: monday + 6 * hourMs })).toMatchObject([{ requests: 1 }])
  })

  test('is a table that ends: the rarest are one row', async () => {
    await add(...Array.from({ length: 1_500 }, (_, index) => outcome(String(index), { startedAtMs: monday, model: `m${index}` })), outcome('a', { startedAtMs: monday, model: 'm7' }))
    const rows = await store.usage({ by: 'model', ...whole })
    expect(rows).toHaveLength(1_000)
    expect(rows[0]).toMatchObject({ id: 'm7', requests: 2 })
    expect(rows.at(-1)).toMatchObject({ id: 'other', requests: 501 })
    await expect(store.series({ every: 'hour', fromMs: 0, toMs: whole.toMs })).rejects.toThrow('at most 10,000 hours')
  })

  test('as a series has a point for every hour and day, the quiet ones too', async () => {
    await add(outcome('1', { startedAtMs: monday + 5, ...tokens(1, 2) }), outcome('2', { startedAtMs: monday + 2 * dayMs + 3 * hourMs, status: 500, errorCode: 'internal_error' }))
    const days = await store.series({ every: 'day', fromMs: monday + hourMs, toMs: monday + 3 * dayMs })
    expect(days).toEqual([
      { atMs: monday, requests: 1, failures: 0, promptTokens: 1, completionTokens: 2, tokens: 3 },
      { atMs: monday + dayMs, requests: 0, failures: 0, promptTokens: 0, completionTokens: 0, tokens: 0 },
      { atMs: monday + 2 * dayMs, requests: 1, failures: 1, promptTokens: 0, completionTokens: 0, tokens: 0 },
    ])
    const hours = await store.series({ every: 'hour', fromMs: monday, toMs: monday + 3 * dayMs, model: 'm' })
    expect(hours).toHaveLength(72)
    expect(hours.filter(({ requests }) => requests > 0).map(({ atMs }) => (atMs - monday) / hourMs)).toEqual([0, 51])
  })
})

describe('roll-ups', () => {
  const someOutcome = record({
    startedAtMs: integer({ min: monday - 2 * dayMs, max: monday + 10 * dayMs }),
    identity: constantFrom('owner', 'key-1', undefined),
    model: constantFrom('a', 'b', undefined),
    cluster: constantFrom('here', 'lab', undefined),
    status: constantFrom(200, 200, 404, 502, 499),
    isCut: boolean(),
    isStreamed: boolean(),
    totalMs: integer({ min: 0, max: 100_000 }),
    usage: option(record({ promptTokens: integer({ min: 0, max: 1e6 }), completionTokens: integer({ min: 0, max: 1e6 }), isEstimated: boolean() }), { nil: undefined }),
  })

  test('are what a fresh look at the rows says, however the rows came in and wherever the clock went', async () => {
    let round = 0
    await assert(
      asyncProperty(array(array(someOutcome, { maxLength: 30 }), { maxLength: 4 }), async (batches) => {
        for (const table of ['requests', 'usage_hours', 'usage_days']) database.exec(`DELETE FROM ${table}`)
        round += 1
        const all = batches.map((batch, number) =>
          batch.map(({ identity, model, cluster, usage, ...rest }, index): RequestOutcome => ({
            requestId: `${round}-${number}-${index}`, door: 'openai', route: '/v1/chat/completions', operation: 'chat_completions', attempts: 1, ...rest,
            ...(identity !== undefined && { identity }), ...(model !== undefined && { model }), ...(cluster !== undefined && { cluster }),
            ...(usage !== undefined && { usage: { ...usage, totalTokens: usage.promptTokens + usage.completionTokens } }),
          })),
        )
        for (const batch of all) await add(...batch)
        const outcomes = all.flat()
        expect(await store.kept()).toMatchObject({ rowsKept: outcomes.length })
        const fresh = (idOf: (outcome: RequestOutcome) => string): unknown => {
          const sums = new Map<string, { requests: number; failures: number; promptTokens: number; completionTokens: number; estimatedRequests: number }>()
          for (const each of outcomes) {
            const sum = sums.get(idOf(each)) ?? { requests: 0, failures: 0, promptTokens: 0, completionTokens: 0, estimatedRequests: 0 }
            sums.set(idOf(each), sum)
            sum.requests += 1
            sum.failures += isFailure(each) ? 1 : 0
            sum.promptTokens += each.usage?.promptTokens ?? 0
            sum.completionTokens += each.usage?.completionTokens ?? 0
            sum.estimatedRequests += each.usage?.isEstimated === true ? 1 : 0
          }
          return Object.fromEntries(sums)
        }
        const told = (rows: readonly UsageRow[]): unknown => Object.fromEntries(rows.map(({ id, requests, failures, promptTokens, completionTokens, estimatedRequests }) => [id, { requests, failures, promptTokens, completionTokens, estimatedRequests }]))
        expect(told(await store.usage({ by: 'model', ...whole }))).toEqual(fresh(({ model }) => model ?? ''))
        expect(told(await store.usage({ by: 'key', ...whole }))).toEqual(fresh(({ identity }) => identity ?? ''))
        expect(told(await store.usage({ by: 'hour', ...whole }))).toEqual(fresh(({ startedAtMs }) => String(new Date(startedAtMs).setMinutes(0, 0, 0))))
        expect(told(await store.usage({ by: 'day', ...whole }))).toEqual(fresh(({ startedAtMs }) => String(new Date(startedAtMs).setHours(0, 0, 0, 0))))
      }),
      { numRuns: 60 },
    )
  })
})
