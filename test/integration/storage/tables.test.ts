import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createSnapshotTable } from '@main/storage/snapshot-table'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
