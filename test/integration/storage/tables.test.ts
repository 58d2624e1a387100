import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredBatch } from '@main/batches/stored-batch'
import { createBatchTable, type BatchTable } from '@main/storage/batch-table'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createPlaceTable } from '@main/storage/place-table'
import { createSnapshotTable } from '@main/storage/snapshot-table'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database
const nowMs = 1_000_000
const clock = { now: () => nowMs }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-tables-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger: createKeptLog().logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

describe('batches', () => {
  const batch = (id: string, more: Partial<StoredBatch> = {}): StoredBatch => ({
    id, identity: 'owner', owner: 'Owner', name: 'papers.jsonl', endpoint: '/v1/chat/completions', models: ['a'], status: 'completed', isPaused: false, createdAtMs: 5, expiresAtMs: 9, total: 1,
    completed: 1, failed: 0, errors: [], inputFileId: 'file-1', seq: 1, usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }, byCluster: {}, ...more,
  })
  const idsOn = (table: BatchTable, page: Parameters<BatchTable['page']>[0]): string[] | undefined => table.page(page)?.map(({ id }) => id)

  test('are paged from the newest, those of the same moment by when they came, and only of whom they belong to', () => {
    const table = createBatchTable(database)
    for (const one of [batch('old', { createdAtMs: 1 }), batch('same-1'), batch('theirs', { identity: 'key-1' }), batch('same-2'), batch('same-3'), batch('new', { createdAtMs: 7 })]) table.save(one)
    expect(idsOn(table, { limit: 10 })).toEqual(['new', 'same-3', 'same-2', 'theirs', 'same-1', 'old'])
    expect(idsOn(table, { limit: 2, after: 'same-3' })).toEqual(['same-2', 'theirs'])
    expect(idsOn(table, { limit: 10, after: 'same-3', identity: 'owner' })).toEqual(['same-2', 'same-1', 'old'])
    expect(idsOn(table, { limit: 10, after: 'old' })).toEqual([])
    for (const page of [{ limit: 10, after: 'none' }, { limit: 10, after: 'theirs', identity: 'owner' }]) expect(idsOn(table, page)).toBeUndefined()
  })

  test('are as they were saved last, on each page', () => {
    const table = createBatchTable(database)
    table.save(batch('one', { status: 'in_progress', completed: 0 }))
    expect(table.page({ limit: 1 })?.[0]).toMatchObject({ completed: 0 })
    expect(table.page({ limit: 1 })?.[0]).toBe(table.page({ limit: 1 })?.[0])
    table.save(batch('one', { seq: 2 }))
    expect(table.page({ limit: 1 })?.[0]).toMatchObject({ completed: 1 })
    table.remove('one')
    expect(table.page({ limit: 1 })).toEqual([])
  })

  test('are found by who is not over, and by the order that made them', () => {
    const table = createBatchTable(database)
    for (const one of [batch('done'), batch('runs', { status: 'in_progress', metadata: { outbox_id: 'order-1' } }), batch('theirs', { identity: 'key-1', status: 'cancelling', metadata: { outbox_id: 'order-2' } })]) table.save(one)
    expect(table.open().map(({ id }) => id)).toEqual(['runs', 'theirs'])
    expect(table.ofOutbox('owner', 'order-1')?.id).toBe('runs')
    expect(table.ofOutbox('owner', 'order-2')).toBeUndefined()
  })

  test('are never searched for one by one', () => {
    const steps = (sql: string): string => database.all(z.object({ detail: z.string() }), `EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail).join('; ')
    const asked: string[] = []
    const table = createBatchTable({ ...database, all: (row, sql, ...values) => (asked.push(sql), database.all(row, sql, ...values)), get: (row, sql, ...values) => (asked.push(sql), database.get(row, sql, ...values)) })
    table.save(batch('one', { status: 'in_progress' }))
    for (const page of [{ limit: 1 }, { limit: 1, identity: 'owner' }, { limit: 1, after: 'one' }, { limit: 1, after: 'one', identity: 'owner' }]) table.page(page)
    table.open()
    table.ofOutbox('owner', 'order-1')
    for (const sql of asked) expect(steps(sql), sql).toMatch(/USING (COVERING )?INDEX/)
    for (const sql of asked) expect(steps(sql), sql).not.toContain('TEMP B-TREE')
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

describe('where clusters are', () => {
  test('is kept by name, the last one told, until it is taken out', () => {
    const places = createPlaceTable(database, createKeptLog().logger)
    for (const [name, place] of [['a', 'here'], ['b', 'there'], ['a', 'elsewhere']] as const) places.save(name, place)
    expect([...createPlaceTable(database, createKeptLog().logger).load()]).toEqual([['a', 'elsewhere'], ['b', 'there']])
    places.remove('b')
    expect([...places.load().keys()]).toEqual(['a'])
  })

  test('keeps nobody from using a cluster when it cannot be written', () => {
    const { logger, lines } = createKeptLog()
    const places = createPlaceTable(database, logger)
    database.exec('DROP TABLE cluster_places')
    places.save('a', 'here')
    places.remove('a')
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn'])
  })
})
