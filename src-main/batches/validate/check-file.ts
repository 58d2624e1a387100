import { randomInt } from 'node:crypto'
import { readSync } from 'node:fs'
import { constants, open, type FileHandle } from 'node:fs/promises'
import type { BatchReport, BatchRules, ValidationProgress } from '@shared/domain/batch-report'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'
import { checkBatch } from './check-batch'
import type { ReadAt } from './earlier-lines'
import { createLineIndex, type IndexPlace } from './line-index'

export interface FileToCheck {
  readonly path: string
  readonly rules: BatchRules
  /** Where to write `lines.idx`; absent: nowhere. */
  readonly index?: IndexPlace
}

interface CheckHooks {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ValidationProgress) => void
}

/**
 * Checks a batch file in this thread, a few milliseconds at a time.
 * @throws FirstError `invalid_request` for a path that cannot be read, `disk_full` where the index has no room, `cancelled` by the signal
 */
export async function checkFile({ path, rules, index: place }: FileToCheck, { signal, onProgress }: CheckHooks = {}): Promise<BatchReport> {
  const file = await openBatchFile(path)
  try {
    const { size: sizeBytes } = await file.stat()
    const index = place === undefined ? undefined : await createLineIndex(place)
    const source = { sizeBytes, chunks: chunksOf(file, signal), readAt: readFrom(file) }
    try {
      const report = await checkBatch({ source, rules, seed: randomInt(2 ** 32), ...(index && { index }), ...(onProgress && { onProgress: inSteps(onProgress) }) })
      // What is no batch at all has no index.
      if (report.sha256 === undefined) await index?.abandon()
      return report
    } catch (cause) {
      await index?.abandon()
      throw cause
    }
  } catch (cause) {
    if (isErrno(cause, 'ENOSPC', 'EDQUOT')) throw new FirstError('disk_full', `The disk is full: there is no room for the index of ${path}.`, { cause })
    throw cause
  } finally {
    await file.close()
  }
}

/** Opening a pipe would wait for who writes to it, so this does not. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK

async function openBatchFile(path: string): Promise<FileHandle> {
  const unreadable = (why: string, action: string, cause?: unknown): FirstError => new FirstError('invalid_request', `${path} cannot be read: ${why}.`, { action, ...(cause !== undefined && { cause }) })
  let file: FileHandle
  try {
    file = await open(path, openFlags)
  } catch (cause) {
    if (isErrno(cause, 'ENOENT', 'ENOTDIR')) throw unreadable('there is no such file', 'Check the path.', cause)
    if (isErrno(cause, 'EACCES', 'EPERM')) throw unreadable('this user has no permission', 'Give yourself permission to read it, or choose a copy.', cause)
    if (isErrno(cause, 'EISDIR')) throw unreadable('it is a folder', 'Choose a JSONL file inside it.', cause)
    throw unreadable(cause instanceof Error ? cause.message : 'it does not open', 'Choose another file.', cause)
  }
  const found = await file.stat()
  if (found.isFile()) return file
  await file.close()
  throw found.isDirectory() ? unreadable('it is a folder', 'Choose a JSONL file inside it.') : unreadable('it is not a plain file', 'Choose a JSONL file.')
}

/** Some milliseconds of work. */
const chunkBytes = 2 ** 18

/** Reads ahead by one chunk, into two buffers in turn. */
async function* chunksOf(file: FileHandle, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  let position = 0
  let [current, other] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)]
  let reading = file.read(current, 0, chunkBytes, position)
  try {
    for (;;) {
      const { bytesRead } = await reading
      if (signal?.aborted) throw new FirstError('cancelled', 'The check of the batch file was cancelled.')
      if (bytesRead === 0) return
      position += bytesRead
      reading = file.read(other, 0, chunkBytes, position)
      yield current.subarray(0, bytesRead)
      ;[current, other] = [other, current]
    }
  } finally {
    // The file may not be closed under a read; what it says was told above, or does not matter any more.
    await Promise.allSettled([reading])
  }
}

function readFrom({ fd }: FileHandle): ReadAt {
  return (target, offset) => {
    let got = 0
    while (got < target.length) {
      const read = readSync(fd, target, got, target.length - got, offset + got)
      if (read === 0) break
      got += read
    }
    return got
  }
}

/** Two hundred messages tell as much as a million. */
function inSteps(onProgress: (progress: ValidationProgress) => void): (progress: ValidationProgress) => void {
  let next = 0
  return (progress) => {
    if (progress.bytes < next) return
    next = Math.min(progress.bytes + progress.totalBytes / 200, progress.totalBytes)
    onProgress(progress)
  }
}
