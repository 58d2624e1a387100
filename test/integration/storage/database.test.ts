import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { migrations, type Migration } from '@main/storage/migrations'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let path: string
let backupsDir: string
const open: Database[] = []
const { logger } = createKeptLog()
let nowMs = Date.UTC(2026, 0, 1)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-database-'))
  path = join(folder, 'first.db')
  backupsDir = join(folder, 'backups')
  await mkdir(backupsDir)
})
afterEach(async () => {
  for (const database of open.splice(0)) database.close()
  await rm(folder, { recursive: true, force: true })
})

const steps: readonly Migration[] = [
  { version: 1, reason: 'notes', sql: 'CREATE TABLE notes (text TEXT NOT NULL) STRICT' },
  { version: 2, reason: 'notes have an age', sql: 'ALTER TABLE notes ADD COLUMN at_ms INTEGER' },
]
const openAt = async (version: number, all = steps, check = false): Promise<Database> => {
  const database = await openMigratedDatabase({ path, backupsDir, logger, clock: { now: () => nowMs }, check, migrations: all.filter((step) => step.version <= version) })
  open.push(database)
  return database
}
const closeAll = (): void => open.splice(0).forEach((database) => database.close())
const note = z.object({ text: z.string() })

describe('the database', () => {
  test('is made with every table', async () => {
    const database = await openMigratedDatabase({ path, backupsDir, logger, clock: { now: () => nowMs } })
    open.push(database)
    const tables = database.all(z.object({ name: z.string() }), "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map(({ name }) => name)
    expect(tables).toEqual(['batches', 'cluster_places', 'cluster_snapshots', 'deployment_overrides', 'files', 'globus_identities', 'keys', 'refused_fields', 'replicas', 'requests', 'responses', 'sessions', 'start_times', 'status_changes', 'status_watches', 'usage_days', 'usage_hours'])
    expect(await readdir(backupsDir)).toEqual([])
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })

  test('is copied before a step changes it, and the copy has what was in it', async () => {
    const old = await openAt(1)
    old.run('INSERT INTO notes (text) VALUES (?)', 'kept')
    closeAll()
    const migrated = await openAt(2)
    expect(migrated.all(z.object({ text: z.string(), at_ms: z.number().nullable() }), 'SELECT * FROM notes')).toEqual([{ text: 'kept', at_ms: null }])
    expect(await readdir(backupsDir)).toEqual(['first-1-20260101T000000000Z.db'])
    const copy = openDatabase(join(backupsDir, 'first-1-20260101T000000000Z.db'))
    open.push(copy)
    expect(copy.get(note, 'SELECT * FROM notes')).toEqual({ text: 'kept' })
  })

  test('has copies that are for its owner only, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      await openAt(1)
      closeAll()
      await openAt(2)
    } finally {
      process.umask(before)
    }
    const [copy = ''] = await readdir(backupsDir)
    expect((await stat(join(backupsDir, copy))).mode & 0o777).toBe(0o600)
  })

  test('that another program holds is named as such', async () => {
    const other = new Libsql(path)
    other.exec('BEGIN EXCLUSIVE')
    await expect(openAt(1)).rejects.toMatchObject({ code: 'data_dir_unusable', message: `Another program holds the database ${path}.` })
    other.close()
  })

  test('keeps three copies, the newest', async () => {
    const many = Array.from({ length: 6 }, (_, index): Migration => ({ version: index + 1, reason: 'a step', sql: `CREATE TABLE t${index} (a)` }))
    for (let version = 1; version <= 6; version += 1) {
      nowMs += 1000
      await openAt(version, many)
      closeAll()
    }
    expect((await readdir(backupsDir)).map((name) => name.split('-')[1])).toEqual(['3', '4', '5'])
  })

  test('a step that fails changes nothing', async () => {
    await openAt(1)
    closeAll()
    const broken: readonly Migration[] = [...steps.slice(0, 1), { version: 2, reason: 'broken', sql: 'CREATE TABLE half (a); CREATE TABLE notes (a)' }]
    await expect(openAt(2, broken)).rejects.toThrow('already exists')
    const database = await openAt(1)
    expect(database.all(z.object({ name: z.string() }), "SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([])
  })

  test('of a newer app is left alone, and said so', async () => {
    await openAt(2)
    closeAll()
    await expect(openAt(1)).rejects.toMatchObject({ code: 'data_dir_unusable', message: expect.stringContaining('newer FIRST Desktop') as string })
  })

  test('that is no database is named, with where the copies are', async () => {
    await writeFile(path, 'garbage '.repeat(1000))
    await expect(openAt(2)).rejects.toMatchObject({ code: 'data_dir_unusable', message: `The database ${path} is damaged.`, kind: { action: expect.stringContaining('backups') as string } })
  })

  test('that was damaged inside is found after a crash', async () => {
    const database = await openAt(1)
    database.transaction(() => Array.from({ length: 2000 }, (_, index) => database.run('INSERT INTO notes (text) VALUES (?)', `note ${index} `.repeat(20))))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    closeAll()
    const bytes = await readFile(path)
    bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 20_000)
    await writeFile(path, bytes)
    await expect(openAt(1, steps, true)).rejects.toMatchObject({ code: 'data_dir_unusable' })
  })

  test('is for its owner only', async () => {
    await openAt(1)
    expect((await stat(path)).mode & 0o077).toBe(0)
  })

  test('waits for the disk with what must outlive a power cut, and with nothing else', async () => {
    const database = await openAt(1)
    const level = (): number | undefined => database.get(z.object({ synchronous: z.number() }), 'PRAGMA synchronous')?.synchronous
    const [normal, full] = [1, 2]
    expect(database.durably(level)).toBe(full)
    expect(level()).toBe(normal)
    expect(() => database.durably(() => database.run('INSERT INTO nowhere VALUES (1)'))).toThrow('no such table')
    expect(level()).toBe(normal)
  })

  test('undoes a transaction that throws, and takes a lone null', async () => {
    const database = await openAt(2)
    expect(() => database.transaction(() => {
      database.run('INSERT INTO notes (text) VALUES (?)', 'undone')
      throw new Error('no')
    })).toThrow('no')
    expect(database.all(note, 'SELECT * FROM notes')).toEqual([])
    expect(database.get(note, 'SELECT * FROM notes WHERE at_ms IS ?', null)).toBeUndefined()
  })
})
