import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileStore, type FileStore } from '@main/batches/files/file-store'
import { createFileTable } from '@main/storage/file-table'
import { openMigratedDatabase } from '@main/storage/migrate'
import type { Database } from '@main/storage/database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

const dayMs = 86_400_000
let dir: string
let folder: string
let database: Database
let files: FileStore
let nowMs: number
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'first-files-'))
  folder = await mkdtemp(join(dir, 'files-'))
  nowMs = 1_000_000
  const clock = { now: () => nowMs }
  const { logger } = createKeptLog()
  database = await openMigratedDatabase({ path: join(dir, 'first.db'), backupsDir: dir, clock, logger })
  files = createFileStore({ folder, table: createFileTable(database), limits: () => ({ maxFileBytes: 100, quotaBytes: 150, keptMs: 30 * dayMs }), clock, logger })
})
afterEach(async () => {
  database.close()
  await rm(dir, { recursive: true })
})

async function* bytes(count: number, then: Promise<void> = Promise.resolve()): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(count, 'x')
  await then
}
const add = (count: number, then?: Promise<void>): ReturnType<FileStore['add']> => files.add({ identity: 'me', filename: 'a.jsonl', purpose: 'batch' }, bytes(count, then))
const unread = (): boolean => false

describe('a file whose time is over', () => {
  it('is not there any more, and is removed by the next sweep', async () => {
    const { id } = await add(10)
    nowMs += 30 * dayMs - 1
    expect(files.get(id).bytes).toBe(10)
    nowMs += 1
    expect(() => files.get(id)).toThrow(expect.objectContaining({ code: 'file_not_found' }) as Error)
    expect(files.list(undefined)).toEqual([])
    await files.sweep(unread)
    expect(await readdir(folder)).toEqual([])
  })

  it('stays on the disk while a batch reads it', async () => {
    const { id } = await add(10)
    nowMs += 31 * dayMs
    await files.sweep((one) => one === id)
    expect(await readdir(folder)).toEqual([id])
    await files.sweep(unread)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('what is left of a file that was cut by a crash', () => {
  it('is removed by a sweep, and what comes now or belongs to a batch is not', async () => {
    for (const name of ['file-torn.part', 'batch_one.output.part']) await writeFile(join(folder, name), 'x')
    let finish = (): void => undefined
    const coming = add(10, new Promise<void>((resolve) => (finish = resolve)))
    while ((await readdir(folder)).length < 3) await new Promise(setImmediate)
    await files.sweep(unread)
    finish()
    const { id } = await coming
    expect((await readdir(folder)).sort()).toEqual(['batch_one.output.part', id].sort())
  })
})

describe('what is left of an index that was cut by a crash', () => {
  it('is removed by a sweep, unless a batch of its file may be writing it', async () => {
    for (const name of ['file-one.idx.0a1b.part', 'file-two.idx.0a1b.part', 'file-two.idx']) await writeFile(join(folder, name), 'x')
    await files.sweep((id) => id === 'file-one')
    expect((await readdir(folder)).sort()).toEqual(['file-one.idx.0a1b.part', 'file-two.idx'])
  })
})

describe('the space of a key', () => {
  it('is not exceeded by two files that come at once', async () => {
    let finish = (): void => undefined
    const first = add(90, new Promise<void>((resolve) => (finish = resolve)))
    await add(90)
    finish()
    await expect(first).rejects.toMatchObject({ code: 'quota_exceeded' })
    expect(files.list('me')).toHaveLength(1)
    expect(await readdir(folder)).toHaveLength(1)
  })
})
