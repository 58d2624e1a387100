import { create as contentDisposition } from 'content-disposition'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { oneOf } from '@shared/checks'
import { resultPaths } from '../../batches/rows/open-table'
import { writeResults } from '../../batches/rows/write-results'
import { isErrno } from '../../storage/atomic-file'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { readQuery } from '../checked-input'
import { scopeOf, type Work } from '../work'

const resultsQuery = z.object({ format: oneOf('jsonl', 'csv').default('jsonl') })
const contentTypes = { jsonl: 'application/jsonl', csv: 'text/csv; charset=utf-8' } as const

/**
 * `GET /v1/batches/{id}/results`, which is ours: answers and errors together, in the order of the requests, as far as they are there.
 * @throws FirstError `batch_not_found`, `invalid_request`, `cancelled` when the caller leaves
 */
export async function batchResults({ batches, files }: Work, grant: Grant, call: Call): Promise<void> {
  const { params, response, cancellation } = call
  const batch = batches.get(params.batch ?? '', scopeOf(grant))
  const { format } = readQuery(call, resultsQuery)
  const results = writeResults({ input: files.pathOf(batch.inputFileId), results: resultPaths(batch, files), endpoint: batch.endpoint, format })
  response.writeHead(200, { 'content-type': contentTypes[format], 'content-disposition': contentDisposition(`${batch.name.replace(/\.jsonl$/i, '')}.results.${format}`) })
  try {
    await pipeline(Readable.from(results, { objectMode: false }), response)
  } catch (cause) {
    if (!isErrno(cause, 'ERR_STREAM_PREMATURE_CLOSE')) throw cause
    throw cancellation.reason ?? new FirstError('cancelled', 'The caller left before the results were whole.', { cause })
  }
}
