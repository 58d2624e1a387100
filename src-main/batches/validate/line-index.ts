import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { readAt } from '../read-at'

/**
 * Where each request of a batch file is: `lines.idx`. A header of 16 bytes, `FDLINES1` and the size of the batch file (float64), then
 * 16 bytes a line that is not blank, in the order of the file, all little-endian: offset in bytes (uint48), size in bytes without
 * the line's end (uint32), number of the line from 1 (uint32), flags (uint16; bit 0: something is wrong with the line).
 */
export interface IndexedLine {
  readonly offset: number
  /** Of a line of more than 4 GB, the largest number that there is. */
  readonly sizeBytes: number
  readonly line: number
  readonly hasError: boolean
}

const magic = Buffer.from('FDLINES1')
const entryBytes = 16
const largest = 0xffff_ffff
const worthWritingBytes = 2 ** 16

export interface LineIndexWriter {
  /** Keeps it in memory until it is written. */
  add(entry: IndexedLine): void
  /** Writes what has come together, if that is worth it. */
  flush(): Promise<void>
  /** The index is at its path from here on, and whole. */
  finish(batchBytes: number): Promise<void>
  /** Leaves nothing behind. */
  abandon(): Promise<void>
}

/** Where an index comes to be, and where it lies while it is written: a name of its own, as several may be written for one file at once. */
export interface IndexPlace {
  readonly path: string
  readonly part: string
}

/** As `FileStore.sweep` knows it. */
export const indexPlace = (path: string): IndexPlace => ({ path, part: `${path}.${randomBytes(6).toString('hex')}.part` })

export async function createLineIndex({ path, part }: IndexPlace): Promise<LineIndexWriter> {
  const file = await open(part, 'wx')
  let pending = Buffer.allocUnsafe(2 ** 16)
  let used = entryBytes
  pending.fill(0, 0, entryBytes)

  const write = async (): Promise<void> => {
    for (let written = 0; written < used; ) written += (await file.write(pending, written, used - written)).bytesWritten
    used = 0
  }
  return {
    add({ offset, sizeBytes, line, hasError }) {
      if (used === pending.length) pending = Buffer.concat([pending, Buffer.allocUnsafe(pending.length)])
      pending.writeUIntLE(offset, used, 6)
      pending.writeUInt32LE(Math.min(sizeBytes, largest), used + 6)
      pending.writeUInt32LE(line, used + 10)
      pending.writeUInt16LE(hasError ? 1 : 0, used + 14)
      used += entryBytes
    },
    flush: () => (used < worthWritingBytes ? Promise.resolve() : write()),
    async finish(batchBytes) {
      await write()
      const header = Buffer.alloc(entryBytes)
      magic.copy(header)
      header.writeDoubleLE(batchBytes, magic.length)
      await file.write(header, 0, entryBytes, 0)
      await file.datasync()
      await file.close()
      await rename(part, path)
    },
    async abandon() {
      await file.close()
      await rm(part, { force: true })
    },
  }
}

export interface LineIndex {
  /** Requests of the file. */
  readonly count: number
  /** Up to `count` entries from the `first`, which counts from 0. */
  read(first: number, count: number): Promise<IndexedLine[]>
  close(): Promise<void>
}

/** @returns undefined where this is no index of a batch file of so many bytes: the file has to be read again. */
export async function openLineIndex(path: string, batchBytes: number): Promise<LineIndex | undefined> {
  const file = await open(path, 'r')
  const { size } = await file.stat()
  const header = await readAt(file, 0, entryBytes)
  if (header.length < entryBytes || !header.subarray(0, magic.length).equals(magic) || header.readDoubleLE(magic.length) !== batchBytes || size % entryBytes !== 0) {
    await file.close()
    return undefined
  }
  return {
    count: size / entryBytes - 1,
    async read(first, count) {
      const bytes = await readAt(file, (first + 1) * entryBytes, count * entryBytes)
      return Array.from({ length: Math.floor(bytes.length / entryBytes) }, (_, index) => entryAt(bytes, index * entryBytes))
    },
    close: () => file.close(),
  }
}

function entryAt(bytes: Buffer, at: number): IndexedLine {
  return { offset: bytes.readUIntLE(at, 6), sizeBytes: bytes.readUInt32LE(at + 6), line: bytes.readUInt32LE(at + 10), hasError: (bytes.readUInt16LE(at + 14) & 1) === 1 }
}
