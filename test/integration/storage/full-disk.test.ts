import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createConversationBackups } from '@main/storage/backups/conversation-backups'
import { prepareDataDir } from '@main/storage/data-dir'
import { openDatabase } from '@main/storage/database'
import { requireSpace } from '@main/storage/space'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'
import { mountSmallDisk, type SmallDisk } from '../../fixtures/small-disk'

const { logger } = createKeptLog()
const probe = mountSmallDisk(1)
probe?.remove()
if (probe === undefined) process.stderr.write('No disk can be mounted by this user: the tests of a full disk and of one that is read-only do not run. They do as root.\n')

test('a disk without room is found before a write starts', async () => {
  await expect(requireSpace(tmpdir(), Number.MAX_SAFE_INTEGER / 2)).rejects.toMatchObject({ code: 'disk_full', message: expect.stringContaining('are needed') as string })
})

// A disk that is really full needs a mount, which only root may make.
describe.runIf(probe !== undefined)('on a full disk', () => {
  let disk: SmallDisk | undefined
  let path = ''
  beforeAll(() => {
    disk = mountSmallDisk(2)
    path = disk?.path ?? ''
  })
  afterAll(() => disk?.remove())

  test('a data directory, a database and a snapshot say so, and leave no half file', async () => {
    const database = openDatabase(join(path, 'first.db'))
    database.exec('CREATE TABLE notes (text TEXT)')
    await mkdir(join(path, 'backups'))
    const backups = await createConversationBackups({ dir: join(path, 'backups'), clock: { now: () => 0 }, logger })
    await writeFile(join(path, 'filler'), Buffer.alloc(4_000_000)).catch(() => undefined)

    await expect(prepareDataDir(join(path, 'data'))).rejects.toMatchObject({ code: 'disk_full', message: expect.stringContaining('the disk is full') as string })
    await expect(backups.begin()).rejects.toMatchObject({ code: 'disk_full' })
    expect(await readdir(join(path, 'backups'))).toEqual([])
    expect(() => database.transaction(() => {
      for (let row = 0; row < 200; row += 1) database.run('INSERT INTO notes VALUES (?)', 'x'.repeat(100_000))
    })).toThrow(expect.objectContaining({ code: 'disk_full' }))
    database.close()
  })
})

describe.runIf(probe !== undefined)('on a disk that can only be read', () => {
  test('a data directory is refused with the reason', async () => {
    const disk = mountSmallDisk(1, ',ro')
    await expect(prepareDataDir(join(disk?.path ?? '', 'data'))).rejects.toMatchObject({ code: 'data_dir_unusable', message: expect.stringContaining('can only be read') as string })
    disk?.remove()
  })
})
