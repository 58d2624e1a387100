import { open } from 'node:fs/promises'
import { isBatchOver, type Batch } from '@shared/domain/batch'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { Batches } from './batches'
import type { FileStore } from './files/file-store'
import { resultPaths } from './rows/open-table'
import { inGroups, readLines } from './rows/read-lines'
import { createResultIndex, type ResultIndex } from './rows/result-index'
import { openLineIndex } from './validate/line-index'
import { readRequestLine } from './validate/request-line'

interface RetryDeps {
  readonly batches: Pick<Batches, 'get' | 'create'>
  readonly files: FileStore
}

/** Of OpenAI (wire/openai-batch.md). */
const mostMetadata = 16
/** Entries of the index that are looked at together. */
const entriesAtOnce = 512

/**
 * A new batch of the requests of one that have no good answer, with the same endpoint, model, place and time to be done in; its metadata name the first as `retry_of`.
 * It belongs to who asks for it.
 * @throws FirstError `batch_not_found`, `invalid_request` while there is nothing to try again, `file_not_found` where its requests are not kept any more
 */
export async function retryFailed(id: string, identity: Identity, { batches, files }: RetryDeps): Promise<Batch> {
  const scope = identity.kind === 'owner' ? undefined : identity.id
  const batch = batches.get(id, scope)
  if (!isBatchOver(batch.status)) throw new FirstError('invalid_request', `The batch "${id}" is not over yet.`, { action: 'Wait for its end, or cancel it first.' })
  if (batch.total === batch.completed) throw new FirstError('invalid_request', `Every request of the batch "${id}" has its answer.`, { action: 'Nothing to do.' })
  if (batch.inProgressAtMs === undefined) throw new FirstError('invalid_request', `The batch "${id}" has never run: its file was not found to be right.`, { action: 'Correct the file and submit it as a new batch.' })
  const { filename } = files.get(batch.inputFileId, scope)
  const results = createResultIndex()
  await results.update(resultPaths(batch, files))
  const file = await files.add({ identity: identity.id, filename: `${filename.replace(/\.jsonl$/i, '')}.retry.jsonl`, purpose: 'batch' }, unansweredLines(files.pathOf(batch.inputFileId), batch, results))
  const [model] = batch.models
  return batches.create({
    identity,
    inputFileId: file.id,
    endpoint: batch.endpoint,
    windowMs: batch.expiresAtMs - batch.createdAtMs,
    metadata: retryMetadata(batch),
    ...(batch.models.length === 1 && { model }),
    ...(batch.place !== undefined && { place: batch.place }),
  })
}

/** Its own, but for the id under which it was sent; one that is full makes room. */
function retryMetadata({ id, metadata }: Batch): Record<string, string> {
  const own = Object.entries(metadata ?? {}).filter(([name]) => name !== 'outbox_id' && name !== 'retry_of')
  return { ...Object.fromEntries(own.slice(0, mostMetadata - 1)), retry_of: id }
}

async function* unansweredLines(path: string, batch: Batch, results: ResultIndex): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    const lines = await openLineIndex(`${path}.idx`, (await file.stat()).size)
    if (lines === undefined) throw new FirstError('data_unreadable', `The index of the file of the batch, ${path}.idx, is not whole.`, { action: 'Submit the file as a new batch.' })
    try {
      for (let first = 0; first < lines.count; first += entriesAtOnce) {
        const left = (await lines.read(first, entriesAtOnce)).filter((_, at) => results.kindOf(first + at) !== 'output')
        for (const group of inGroups(left)) {
          const read: Buffer[] = []
          // In the order of the file, which is that of the group.
          await readLines(file, group, (at, { bytes }) => void read.push(withEnvelope(bytes, group[at]?.line ?? 0, batch)), { longBytes: Infinity })
          yield* read
        }
      }
    } finally {
      await lines.close()
    }
  } finally {
    await file.close()
  }
}

/** As it is, if it says all; a body alone keeps the name that its line gave it, and one without a model gets that of its batch. */
function withEnvelope(bytes: Buffer, line: number, { endpoint, models }: Batch): Buffer {
  const { customId = `request-${line}`, endpoint: url = endpoint, body = {}, isBare } = readRequestLine(JSON.parse(bytes.toString('utf8')), line, endpoint)
  if (!isBare && body['model'] !== undefined) return Buffer.concat([bytes, Buffer.from('\n')])
  return Buffer.from(`${JSON.stringify({ custom_id: customId, method: 'POST', url, body: { ...body, ...(body['model'] === undefined && { model: models[0] }) } })}\n`)
}
