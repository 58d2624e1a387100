import { open, type FileHandle } from 'node:fs/promises'
import { FirstError, toFirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'
import { indexOfResult } from './result-line'

/** A file of results that only grows, by whole lines. */
export interface ResultsFile {
  /** Requests whose results were there when it was opened. */
  readonly known: readonly number[]
  /** Lines that are in it now. */
  readonly count: number
  /** Of these lines. */
  readonly sizeBytes: number
  /** Resolves when the line is in the file; a disk that is full is waited for. Many lines at once are one write. */
  append(line: string): Promise<void>
  /** Why lines wait to be written. */
  readonly problem: FirstError | undefined
  /** Writes what waits, and makes sure that it outlives a power cut. @throws FirstError `disk_full` where that is not possible now */
  close(): Promise<void>
}

interface ResultsDeps {
  /** Between two tries on a disk that is full; milliseconds. */
  readonly retryMs?: number
  /** Called when `problem` comes or goes. */
  readonly onProblem?: () => void
}

const chunkBytes = 2 ** 20
/** The beginning of a line holds its id. */
const headLength = 128
const lineBreak = 10

/**
 * Opens a file of results, or makes it. What a crash has cut in the middle of a line is taken off: that request is done again.
 * @throws FirstError `data_unreadable`, `disk_full`
 */
export async function openResults(path: string, { retryMs = 2_000, onProblem }: ResultsDeps = {}): Promise<ResultsFile> {
  const file = await open(path, 'a+', 0o600).catch((cause: unknown) => {
    throw writeError(cause, path)
  })
  const { known, wholeBytes } = await readKnown(file).catch(async (cause: unknown) => {
    await file.close()
    throw new FirstError('data_unreadable', `The results in ${path} cannot be read.`, { cause })
  })
  await file.truncate(wholeBytes)

  let goodBytes = wholeBytes
  let count = known.length
  let waiting: { readonly line: string; readonly resolve: () => void; readonly reject: (cause: Error) => void }[] = []
  let writing: Promise<void> | undefined
  let problem: FirstError | undefined
  let isClosing = false
  let retry: NodeJS.Timeout | undefined

  const setProblem = (next: FirstError | undefined): void => {
    const hasChanged = next?.message !== problem?.message
    problem = next
    if (hasChanged) onProblem?.()
  }
  /** All or nothing: what was written of a part is taken off again. */
  const writeAll = async (bytes: Buffer): Promise<void> => {
    try {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
      goodBytes += bytes.length
    } catch (cause) {
      await file.truncate(goodBytes)
      throw cause
    }
  }
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await writeAll(Buffer.from(batch.map(({ line }) => line).join('')))
        setProblem(undefined)
        count += batch.length
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        waiting = [...batch, ...waiting]
        setProblem(writeError(cause, path))
        if (!isClosing) retry = setTimeout(start, retryMs)
        return
      }
    }
  }
  const start = (): void => {
    writing ??= drain().finally(() => (writing = undefined))
  }

  return {
    known,
    get count() {
      return count
    },
    get sizeBytes() {
      return goodBytes
    },
    get problem() {
      return problem
    },
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject })
        if (problem === undefined) start()
      }),
    async close() {
      isClosing = true
      clearTimeout(retry)
      await writing
      if (waiting.length > 0) await drain()
      try {
        if (problem !== undefined) throw problem
        await file.datasync()
      } finally {
        for (const { reject } of waiting) reject(problem ?? new FirstError('shutting_down', 'The results are closed.'))
        await file.close()
      }
    },
  }
}

async function readKnown(file: FileHandle): Promise<{ known: number[]; wholeBytes: number }> {
  const known: number[] = []
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let head = ''
  let wholeBytes = 0
  let readBytes = 0
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, readBytes)
    if (bytesRead === 0) return { known, wholeBytes }
    let from = 0
    for (let at = chunk.indexOf(lineBreak); at !== -1 && at < bytesRead; at = chunk.indexOf(lineBreak, from)) {
      const index = indexOfResult(head + chunk.toString('latin1', from, Math.min(at, from + headLength)))
      if (index !== undefined) known.push(index)
      head = ''
      from = at + 1
      wholeBytes = readBytes + from
    }
    if (head.length < headLength) head += chunk.toString('latin1', from, Math.min(bytesRead, from + headLength))
    readBytes += bytesRead
  }
}

function writeError(cause: unknown, path: string): FirstError {
  if (isErrno(cause, 'ENOSPC', 'EDQUOT')) return new FirstError('disk_full', `The disk is full: results wait to be written to ${path}.`, { cause })
  const error = toFirstError(cause)
  return error.code === 'internal_error' && cause instanceof Error ? new FirstError('data_dir_unusable', `Results cannot be written to ${path}: ${cause.message}.`, { cause }) : error
}
