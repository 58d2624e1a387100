import { FirstError } from '@shared/errors'
import { firstBatchQuery, firstBatchToWire, firstResultOf, firstStatusOf, type FirstBatch, type FirstBatchStatus } from '@shared/first/batches'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { scopeOf, type Work } from '../work'
import { validated } from './unprocessable'

/** `GET /resource_server/v1/batches[?status=]`: a bare list, newest first. @throws FirstError `unprocessable` */
export function listFirstBatches({ batches }: Work, grant: Grant, { request }: Call): FirstBatch[] {
  const { status } = validated(firstBatchQuery, Object.fromEntries(new URL(request.url ?? '', 'http://gateway').searchParams), 'query')
  return Array.from(batches.each(scopeOf(grant)))
    .filter((batch) => status === undefined || firstStatusOf(batch) === status)
    .map(firstBatchToWire)
}

/** `GET /resource_server/v1/batches/{id}`: a bare string. @throws FirstError `batch_not_found` */
export const firstBatchStatus = ({ batches }: Work, grant: Grant, { params }: Call): FirstBatchStatus => firstStatusOf(batches.get(params.batch ?? '', scopeOf(grant)))

/** `GET /resource_server/v1/batches/{id}/result`: JSON in a string, as FIRST has it. @throws FirstError `batch_not_found`, `batch_ongoing`, `batch_failed` */
export function firstBatchResult({ batches }: Work, grant: Grant, { params }: Call): string {
  const batch = batches.get(params.batch ?? '', scopeOf(grant))
  const { id, status, errors, completed, total } = batch
  const state = firstStatusOf(batch)
  if (state === 'completed') return JSON.stringify(firstResultOf(batch))
  if (state !== 'failed') throw new FirstError('batch_ongoing', `The batch "${id}" is not completed yet: it is ${status}, with ${completed} of ${total} requests done.`)
  const [first] = errors
  const reason = first === undefined ? `it is ${status}` : `${first.line === null ? '' : `line ${first.line}: `}${first.message}`
  throw new FirstError('batch_failed', `The batch "${id}" failed: ${reason}`, { info: { status, errors: errors.length, ...(completed > 0 && firstResultOf(batch)) } })
}
