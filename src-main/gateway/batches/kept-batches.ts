import { FirstError } from '@shared/errors'
import { batchQuery, batchToWire, type WireBatch } from '@shared/openai/batches'
import { firstPage, type Page } from '@shared/openai/page'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { readQuery } from '../checked-input'
import { scopeOf, type Work } from '../work'

/** `GET /v1/batches`: newest first. @throws FirstError `invalid_request` */
export function listBatches({ batches }: Work, grant: Grant, call: Call): Page<WireBatch> {
  const { limit, after } = readQuery(call, batchQuery)
  const found = batches.page({ identity: scopeOf(grant), after, limit: limit + 1 })
  if (found === undefined) throw new FirstError('invalid_request', `"after" names the batch "${after ?? ''}", which is not in this list.`, { param: 'after' })
  return firstPage(found.map(batchToWire), limit)
}

/** `GET /v1/batches/{id}`. @throws FirstError `batch_not_found` */
export const showBatch = ({ batches }: Work, grant: Grant, { params }: Call): WireBatch => batchToWire(batches.get(params.batch ?? '', scopeOf(grant)))

/** `POST /v1/batches/{id}/cancel`. @throws FirstError `batch_not_found`, `batch_over` */
export const cancelBatch = ({ batches }: Work, grant: Grant, { params }: Call): WireBatch => batchToWire(batches.cancel(params.batch ?? '', scopeOf(grant)))

/** `POST /v1/batches/{id}/pause` and `/resume`, which are ours. @throws FirstError `batch_not_found`, `batch_over` */
export const pauseBatch = ({ batches }: Work, grant: Grant, { params }: Call): WireBatch => batchToWire(batches.setPaused(params.batch ?? '', true, scopeOf(grant)))
export const resumeBatch = ({ batches }: Work, grant: Grant, { params }: Call): WireBatch => batchToWire(batches.setPaused(params.batch ?? '', false, scopeOf(grant)))
