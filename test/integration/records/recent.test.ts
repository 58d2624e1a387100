import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalStore } from '@main/records/local-store'
import type { RequestOutcome } from '@main/records/recorder'
import { createRequestRecorder, type RequestRecorder } from '@main/records/request-recorder'
import { createRequestRecords, type RequestRecords } from '@main/records/request-records'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import type { RecordFilters } from '@shared/domain/records'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outcome, refusal } from '../../fixtures/records'
import { createKeptLog } from '../../fixtures/silent-logger'

const clock = { now: () => 2_000_000 }
let folder: string
let database: Database
let recorder: RequestRecorder
let records: RequestRecords

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-recent-'))
  const { logger } = createKeptLog()
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger })
  const store = createLocalStore({ database })
  recorder = createRequestRecorder({ store, clock, logger, keptDays: () => 365, knowsModel: () => true, defer: () => ({ cancel: () => undefined }) })
  records = createRequestRecords({ recorder, store, clock, identityNames: () => new Map([['key-1', 'a colleague']]), waiting: () => 1 })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

const recent = (filters: RecordFilters = {}, limit = 100, before?: string) => records.recent({ limit, filters, ...(before !== undefined && { before }) })
const idsOf = async (filters: RecordFilters): Promise<string[]> => (await recent(filters)).rows.map(({ id }) => id)

describe('requests now and lately', () => {
  test('are those that run, then those that ended, from new to old, at once', async () => {
    const running = { ...outcome('running', { startedAtMs: 5_000, identity: 'key-1' }) }
    recorder.began(outcome('ending', { startedAtMs: 7_000 }))
    recorder.began(running)
    recorder.add(outcome('ended', { startedAtMs: 6_000, identity: 'owner', isCut: true, queuedMs: 3, usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3, isEstimated: true } }))
    recorder.add(outcome('ending', { startedAtMs: 7_000 }))
    const { rows, next } = await recent()
    expect(next).toBeUndefined()
    expect(rows).toMatchObject([
      { id: 'running', isRunning: true, identity: 'key-1', identityName: 'a colleague' },
      { id: 'ending', isRunning: false },
      { id: 'ended', isRunning: false, identityName: 'owner', isFailed: false, isCut: true, queuedMs: 3, totalMs: 100, promptTokens: 1, completionTokens: 2, isUsageEstimated: true, operation: 'chat_completions', framework: 'llama' },
    ])
    expect(rows[0]).not.toHaveProperty('totalMs')
  })

  test('come page by page, each once, also those of one millisecond and while others end', async () => {
    for (let index = 0; index < 25; index += 1) recorder.add(outcome(String(index), { startedAtMs: 1_000 + Math.floor(index / 10) }))
    recorder.began(outcome('running'))
    const seen: string[] = []
    for (let before: string | undefined, pages = 0; pages < 10; pages += 1) {
      const page = await recent({}, 4, before)
      seen.push(...page.rows.map(({ id }) => id))
      recorder.add(outcome(`new ${pages}`, { startedAtMs: 9_000 }))
      before = page.next
      if (before === undefined) break
    }
    expect(seen).toEqual(['running', ...Array.from({ length: 25 }, (_, index) => String(24 - index))])
  })

  test('are narrowed by who, what, where, when and how it ended', async () => {
    recorder.began(outcome('running', { model: 'b', startedAtMs: 9_000 }))
    recorder.add(outcome('a', { model: 'a', identity: 'owner', startedAtMs: 1_000 }))
    recorder.add(outcome('b', { model: 'b', cluster: 'lab', startedAtMs: 2_000, status: 502, errorCode: 'upstream_error' }))
    recorder.add(outcome('left', { model: 'b', startedAtMs: 3_000, status: 499, errorCode: 'cancelled', isCut: true }))
    recorder.add({ requestId: 'list', startedAtMs: 4_000, door: 'openai', route: '/v1/models', attempts: 0, status: 200, isStreamed: false, totalMs: 1 })
    recorder.add(refusal('refused', { startedAtMs: 5_000 }))
    expect(await idsOf({ model: 'b' })).toEqual(['running', 'left', 'b'])
    expect(await idsOf({ cluster: 'lab' })).toEqual(['b'])
    expect(await idsOf({ identity: 'owner' })).toEqual(['a'])
    expect(await idsOf({ status: 'failed' })).toEqual(['refused', 'b'])
    expect(await idsOf({ status: 'ok' })).toEqual(['list', 'left', 'a'])
    expect(await idsOf({ status: 'running' })).toEqual(['running'])
    expect(await idsOf({ sinceMs: 4_000 })).toEqual(['running', 'refused', 'list'])
    expect(await idsOf({ asksModel: true })).toEqual(['running', 'refused', 'left', 'b', 'a'])
    expect(await idsOf({ model: 'b', status: 'failed', sinceMs: 3_000 })).toEqual([])
  })

  test('are not asked for with a made-up place', async () => {
    await expect(recent({}, 4, "1' OR 1")).rejects.toThrow('before: use the `next` of another page.')
  })

  test('are counted as they go, and the rest is told with them', async () => {
    recorder.began(outcome('one'))
    recorder.began(refusal('two'))
    recorder.add(outcome('three', { startedAtMs: 1_500 }))
    expect(records.live()).toEqual({ atMs: 2_000_000, running: 2, waiting: 1, requestsLastMinute: 1, failuresLastMinute: 0, tokensLastMinute: 0 })
    await recorder.flush()
    expect(await records.state()).toEqual({ isDegraded: false, rowsKept: 1, rowsDropped: 0, oldestMs: 1_500 })
    database.exec('ALTER TABLE usage_hours RENAME TO away')
    recorder.add(outcome('four'))
    await recorder.flush()
    expect(await records.state()).toMatchObject({ isDegraded: true, rowsKept: 1, sentence: expect.stringContaining('Requests are counted but not listed') as string })
  })

  test('by key are told by its name', async () => {
    recorder.add(outcome('one', { identity: 'key-1' } satisfies Partial<RequestOutcome>))
    recorder.add(outcome('two', { identity: 'key-0' }))
    expect((await records.usage({ by: 'key', fromMs: 0, toMs: 9e12 })).map(({ id, label }) => [id, label])).toEqual([['key-0', 'key-0'], ['key-1', 'a colleague']])
  })
})
