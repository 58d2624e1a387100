import { createHash } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredFile } from '@shared/domain/file'
import { FirstError } from '@shared/errors'
import type { Clock } from '../../core/clock'
import type { Logger } from '../../core/logger'
import { isErrno, syncFolder } from '../../storage/atomic-file'
import type { FileTable } from '../../storage/file-table'
import { requireSpace } from '../../storage/space'
import { newId } from '../new-id'

export interface FileLimits {
  readonly maxFileBytes: number
  /** Of all files of one identity. */
  readonly quotaBytes: number
  /** For files that name no time of their own. */
  readonly keptMs: number
}

export interface NewFile {
  readonly identity: string
  readonly filename: string
  readonly purpose: StoredFile['purpose']
  /** Absent: as the configuration has it. */
  readonly expiresAtMs?: number | undefined
}

/** A file that is still coming. */
export interface ComingFile extends Omit<NewFile, 'expiresAtMs'> {
  /** As of a `NewFile`; a function is asked when all bytes are there. */
  readonly expiresAtMs?: NewFile['expiresAtMs'] | (() => NewFile['expiresAtMs'])
}

/** Files of callers: bytes in a folder, the rest in the table. */
export interface FileStore {
  /** Streams to the disk. @throws FirstError `file_too_large`, `quota_exceeded`, `disk_full`; nothing is left then */
  add(file: ComingFile, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile>
  /** Makes a file of the store out of one that lies in its folder under another name. Again with the same id: nothing happens. */
  adopt(id: string, file: NewFile, path: string): Promise<StoredFile>
  /** Removes what lies beside the files, and was made for one. */
  discard(path: string): Promise<void>
  /** @throws FirstError `file_not_found`, also for what is another's */
  get(id: string, identity?: string): StoredFile
  /** Of one identity, or of everybody; oldest first. */
  list(identity: string | undefined): readonly StoredFile[]
  /** @throws FirstError `file_not_found` */
  remove(id: string, identity?: string): Promise<void>
  pathOf(id: string): string
  /** For what lies beside the files while it is made. */
  readonly folder: string
  /** Removes those whose time is over, and what is left of those, and of indexes, that were cut while they came. @param isInUse whether a file is still read */
  sweep(isInUse: (id: string) => boolean): Promise<void>
}

interface FileStoreDeps {
  /** It is there, and nobody else writes to it. */
  readonly folder: string
  readonly table: FileTable
  readonly limits: () => FileLimits
  readonly clock: Clock
  readonly logger: Logger
}

/** Space is looked for again after so many bytes. */
const spaceEveryBytes = 32 * 2 ** 20

export function createFileStore({ folder, table, limits, clock, logger }: FileStoreDeps): FileStore {
  const pathOf = (id: string): string => join(folder, id)
  /** Names of parts that are being written. */
  const coming = new Set<string>()
  const isKept = ({ expiresAtMs = Infinity }: StoredFile): boolean => expiresAtMs > clock.now()

  const get = (id: string, identity?: string): StoredFile => {
    const file = table.get(id)
    if (file === undefined || !isKept(file) || (identity !== undefined && file.identity !== identity)) throw new FirstError('file_not_found', `There is no file "${id}".`, { param: 'file_id' })
    return file
  }
  const removeBytes = async (id: string): Promise<void> => {
    await rm(pathOf(id), { force: true })
    await rm(`${pathOf(id)}.idx`, { force: true })
  }
  const checkSize = (bytes: number, usedBytes: number): void => {
    const { maxFileBytes, quotaBytes } = limits()
    if (bytes > maxFileBytes) throw new FirstError('file_too_large', `The file has more than ${megabytes(maxFileBytes)}, which is what this gateway takes.`, { param: 'file' })
    if (usedBytes + bytes > quotaBytes) throw new FirstError('quota_exceeded', `Your files would have more than ${megabytes(quotaBytes)} together; ${megabytes(usedBytes)} are there already.`, { param: 'file' })
  }

  return {
    folder,
    async add({ identity, filename, purpose, expiresAtMs }, source) {
      const id = newId('file-')
      const part = `${pathOf(id)}.part`
      const usedBytes = table.bytesOf(identity)
      const hash = createHash('sha256')
      await requireSpace(folder, 0)
      coming.add(part)
      const file = await open(part, 'wx', 0o600)
      let bytes = 0
      let checkedBytes = 0
      try {
        for await (const chunk of source) {
          bytes += chunk.length
          checkSize(bytes, usedBytes)
          if (bytes - checkedBytes > spaceEveryBytes) {
            await requireSpace(folder, spaceEveryBytes)
            checkedBytes = bytes
          }
          hash.update(chunk)
          await file.writeFile(chunk)
        }
        await file.datasync()
        await file.close()
        // Others may have come meanwhile.
        checkSize(bytes, table.bytesOf(identity))
        await rename(part, pathOf(id))
        await syncFolder(folder)
        const createdAtMs = clock.now()
        const stored: StoredFile = { id, identity, purpose, filename, bytes, sha256: hash.digest('hex'), createdAtMs, expiresAtMs: (typeof expiresAtMs === 'function' ? expiresAtMs() : expiresAtMs) ?? createdAtMs + limits().keptMs }
        table.save(stored)
        return stored
      } catch (cause) {
        await file.close().catch(() => undefined)
        await rm(part, { force: true })
        await rm(pathOf(id), { force: true })
        if (isErrno(cause, 'ENOSPC', 'EDQUOT')) throw new FirstError('disk_full', `The disk of ${folder} became full while the file came in; nothing of it is kept.`, { cause })
        throw cause
      } finally {
        coming.delete(part)
      }
    },
    async adopt(id, { identity, filename, purpose, expiresAtMs }, path) {
      const known = table.get(id)
      if (known !== undefined) return known
      await rename(path, pathOf(id)).catch((cause: unknown) => {
        // It was renamed, and the end came before it was written down.
        if (!isErrno(cause, 'ENOENT')) throw cause
      })
      await syncFolder(folder)
      const { size } = await stat(pathOf(id))
      const createdAtMs = clock.now()
      const stored: StoredFile = { id, identity, purpose, filename, bytes: size, createdAtMs, expiresAtMs: expiresAtMs ?? createdAtMs + limits().keptMs }
      table.save(stored)
      return stored
    },
    discard: (path) => rm(path, { force: true }),
    get,
    list: (identity) => table.list(identity).filter(isKept),
    async remove(id, identity) {
      get(id, identity)
      table.remove(id)
      await removeBytes(id)
    },
    pathOf,
    async sweep(isInUse) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        if (/^file-\w+\.part$/.test(name) && !coming.has(path)) await rm(path, { force: true })
        // The index of a file is written while a batch of it is validated.
        const indexed = /^(file-\w+)\.idx\..*part$/.exec(name)?.[1]
        if (indexed !== undefined && !isInUse(indexed)) await rm(path, { force: true })
      }
      for (const { id } of table.expired(clock.now())) {
        if (isInUse(id)) continue
        table.remove(id)
        await removeBytes(id).catch((cause: unknown) => logger.warn({ file: id, cause }, 'a file whose time is over could not be removed'))
      }
    },
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`
