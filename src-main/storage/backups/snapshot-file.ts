import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { FirstError } from '@shared/errors'

/** What was written, or what is found when a file is read back; equal when nothing was lost. */
export interface SnapshotFacts {
  readonly lines: number
  readonly conversations: number
  readonly messages: number
  /** Of the lines before compression, hexadecimal. */
  readonly sha256: string
}

export interface SnapshotWriter {
  /** Whole lines of JSON; resolves when they are on their way to the disk. */
  append(lines: string): Promise<void>
  /** Ends the file and forces it to the disk. @returns the hash of all lines. */
  end(): Promise<string>
  abort(): Promise<void>
}

/** Lines of other kinds (drafts, prompts, a header) are kept too, and not counted. */
const line = z.looseObject({ kind: z.string() })

export function writeSnapshot(path: string): SnapshotWriter {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  const gzip = createGzip({ level: 6 })
  gzip.pipe(file)
  const hash = createHash('sha256')
  let failure: unknown
  file.on('error', (cause) => {
    failure = cause
    gzip.destroy()
  })
  gzip.on('error', (cause) => (failure ??= cause))
  return {
    async append(lines) {
      if (failure !== undefined) throw writeError(path, failure)
      if (lines === '') return
      const text = lines.endsWith('\n') ? lines : `${lines}\n`
      hash.update(text)
      // Waiting for the disk here is what keeps the window from sending faster than it can be written.
      if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), once(gzip, 'close')])
    },
    async end() {
      try {
        gzip.end()
        await finished(file)
      } catch (cause) {
        throw writeError(path, failure ?? cause)
      }
      return hash.digest('hex')
    },
    async abort() {
      gzip.destroy()
      file.destroy()
      if (!file.closed) await once(file, 'close')
      await rm(path, { force: true })
    },
  }
}

/**
 * Reads a snapshot back, whole, one line at a time.
 * @throws FirstError `backup_damaged` when it cannot be read or a line is not an object of JSON with a kind.
 */
export async function readFacts(path: string): Promise<SnapshotFacts> {
  const hash = createHash('sha256')
  const kinds = new Map<string, number>()
  let lines = 0
  try {
    const source = createReadStream(path)
    const unzipped = createGunzip()
    source.on('error', (cause) => unzipped.destroy(cause))
    for await (const text of createInterface({ input: source.pipe(unzipped), crlfDelay: Infinity })) {
      hash.update(`${text}\n`)
      lines += 1
      const { kind } = line.parse(JSON.parse(text))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
  } catch (cause) {
    throw new FirstError('backup_damaged', `The snapshot ${path} cannot be read back (after line ${lines}).`, { cause })
  }
  return { lines, conversations: kinds.get('conversation') ?? 0, messages: kinds.get('message') ?? 0, sha256: hash.digest('hex') }
}

/** Makes sure that the bytes outlive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function writeError(path: string, cause: unknown): FirstError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') return new FirstError('disk_full', `The disk is full; the snapshot ${path} was not written.`, { cause })
  return new FirstError('internal_error', 'The snapshot could not be written.', { cause })
}
