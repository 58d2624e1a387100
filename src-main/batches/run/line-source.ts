import { open } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import type { BatchEndpoint } from '@shared/domain/batch-report'
import { readRequestLine } from '../validate/request-line'
import { createLineSplitter } from '../validate/split-lines'
import type { DoneSet } from './done-set'
import type { BatchLine } from './run-batch'

const chunkBytes = 256 * 1024
/** Longer ones were found by the validation. */
const maxLineBytes = 512 * 2 ** 20

interface Source {
  readonly path: string
  /** Of the batch, for bodies that could be of several. */
  readonly endpoint: BatchEndpoint
  /** For bodies that name none. */
  readonly model: string | undefined
  /** Those are left out, and not read. */
  readonly done: DoneSet
}

/** The requests of a file that have no result yet, in order; a chunk of it is in memory at a time. @throws FirstError `data_unreadable` */
export async function* readBatchLines({ path, endpoint, model, done }: Source): AsyncGenerator<BatchLine, void, undefined> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new FirstError('data_unreadable', `The file of the batch, ${path}, cannot be read.`, { cause })
  })
  try {
    let index = -1
    let ready: BatchLine[] = []
    const splitter = createLineSplitter({
      maxLineBytes,
      onLine({ number, bytes }) {
        if (bytes === undefined || isBlank(bytes)) return
        index++
        if (done.has(index)) return
        const { customId = `request-${number}`, body = {} } = readRequestLine(JSON.parse(bytes.toString('utf8')), number, endpoint)
        ready.push({ index, customId, fields: body['model'] === undefined && model !== undefined ? { ...body, model } : body })
      },
    })
    const take = (): BatchLine[] => {
      const taken = ready
      ready = []
      return taken
    }
    const chunk = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, null)
      if (bytesRead === 0) break
      splitter.push(chunk.subarray(0, bytesRead))
      yield* take()
    }
    splitter.end()
    yield* take()
  } finally {
    await file.close()
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
