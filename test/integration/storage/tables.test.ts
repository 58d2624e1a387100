import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestOutcome } from '@main/records/recorder'
import { createRequestRecorder } from '@main/records/request-recorder'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createSnapshotTable } from '@main/storage/snapshot-table'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database
let nowMs = 1_000_000
const clock = { now: () => nowMs }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-tables-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger: createKeptLog().logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

describe('records of requests', () => {
  const outcome = (requestId: string, extra: Partial<RequestOutcome> = {}): RequestOutcome => ({ requestId, startedAtMs: 1, door: 'openai', route: '/v1/models', attempts: 1, status: 200, isStreamed: false, totalMs: 1.5, ...extra })
  const ids = (): string[] => database.all(z.object({ id: z.string() }), 'SELECT id FROM requests ORDER BY rowid').map(({ id }) => id)
  const byHand = (): { defer: (work: () => void) => { cancel(): void }; run(): void; readonly waiting: number } => {
    const waiting = new Set<() => void>()
    return {
      defer: (work) => {
        waiting.add(work)
        return { cancel: () => void waiting.delete(work) }
      },
      run: () => [...waiting].forEach((work) => work()),
      get waiting() {
        return waiting.size
      },
    }
  }

  test('are written together a little later, and the rest at the end', async () => {
    const timer = byHand()
    const recorder = createRequestRecorder({ database, clock, logger: createKeptLog().logger, defer: timer.defer })
    recorder.add(outcome('one'))
    recorder.add(outcome('two'))
    expect(ids()).toEqual([])
    expect(timer.waiting).toBe(1)
    timer.run()
    expect(ids()).toEqual(['one', 'two'])
    recorder.add(outcome('three'))
    await recorder.close()
    expect(ids()).toEqual(['one', 'two', 'three'])
    expect(timer.waiting).toBe(0)
  })

  test('are written at once when there are five hundred', () => {
    const recorder = createRequestRecorder({ database, clock, logger: createKeptLog().logger, defer: byHand().defer })
    for (let index = 0; index < 500; index += 1) recorder.add(outcome(String(index)))
    expect(ids()).toHaveLength(500)
  })

  test('hold what was known and nothing else', async () => {
    const recorder = createRequestRecorder({ database, clock, logger: createKeptLog().logger })
    recorder.add(outcome('one', { identity: 'owner', model: 'guide', cluster: 'here', isStreamed: true, firstByteMs: 3, usage: { promptTokens: 5, completionTokens: 7, totalTokens: 12, isEstimated: true } }))
    recorder.add(outcome('two', { status: 404, errorCode: 'model_not_found' }))
    await recorder.close()
    expect(database.all(z.looseObject({}), 'SELECT * FROM requests ORDER BY rowid')).toMatchObject([
      { identity: 'owner', model: 'guide', cluster: 'here', is_streamed: 1, first_byte_ms: 3, prompt_tokens: 5, completion_tokens: 7, is_usage_estimated: 1 },
      { identity: null, error_code: 'model_not_found', status: 404, is_streamed: 0, first_byte_ms: null, prompt_tokens: null, is_usage_estimated: null },
    ])
  })

  test('that cannot be written are logged, kept, and written with the next', () => {
    const { logger, lines } = createKeptLog()
    const timer = byHand()
    const recorder = createRequestRecorder({ database, clock, logger, defer: timer.defer })
    database.exec('ALTER TABLE requests RENAME TO away')
    recorder.add(outcome('one'))
    timer.run()
    expect(lines).toMatchObject([{ level: 'error', fields: { waiting: 1 } }])
    database.exec('ALTER TABLE away RENAME TO requests')
    recorder.add(outcome('two'))
    timer.run()
    expect(ids()).toEqual(['one', 'two'])
  })
})

describe('old records of requests', () => {
  const dayMs = 86_400_000
  test('go after a year, some with each write, and the others stay', async () => {
    nowMs = 400 * dayMs
    const add = (id: string, startedAtMs: number): unknown => database.run("INSERT INTO requests (id, started_at_ms, door, route, attempts, status, is_streamed, total_ms) VALUES (?, ?, 'openai', '/v1/models', 1, 200, 0, 1)", id, startedAtMs)
    database.transaction(() => {
      for (let index = 0; index < 1500; index += 1) add(`old-${index}`, index)
      add('a year ago', 35 * dayMs)
    })
    const count = (): number | undefined => database.get(z.object({ count: z.number() }), 'SELECT count(*) AS count FROM requests')?.count
    const write = async (requestId: string): Promise<void> => {
      const recorder = createRequestRecorder({ database, clock, logger: createKeptLog().logger })
      recorder.add({ requestId, startedAtMs: nowMs, door: 'openai', route: '/v1/models', attempts: 1, status: 200, isStreamed: false, totalMs: 1 })
      await recorder.close()
    }
    await write('one')
    expect(count()).toBe(502)
    await write('two')
    expect(database.all(z.object({ id: z.string() }), 'SELECT id FROM requests ORDER BY started_at_ms').map(({ id }) => id)).toEqual(['a year ago', 'one', 'two'])
  })
})

describe('snapshots of clusters', () => {
  const snapshot = (name: string, takenAtMs: number): ClusterSnapshot => ({ name, kind: 'direct', isReachable: true, models: [], takenAtMs })

  test('outlive the process, one a cluster', () => {
    const store = createSnapshotTable(database, createKeptLog().logger)
    for (const [name, at] of [['b', 1], ['a', 2], ['b', 3]] as const) store.save(snapshot(name, at))
    expect(createSnapshotTable(database, createKeptLog().logger).load()).toEqual([snapshot('a', 2), snapshot('b', 3)])
    store.remove('a')
    expect(store.load()).toEqual([snapshot('b', 3)])
  })

  test('that cannot be kept or read stop nothing', () => {
    const { logger, lines } = createKeptLog()
    const store = createSnapshotTable(database, logger)
    database.run('INSERT INTO cluster_snapshots VALUES (?, ?)', 'old', '{"name":"old"}')
    expect(store.load()).toEqual([])
    database.exec('DROP TABLE cluster_snapshots')
    store.save(snapshot('a', 1))
    expect(lines).toMatchObject([{ level: 'warn' }])
  })
})
