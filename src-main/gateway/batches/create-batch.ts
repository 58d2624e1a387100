import type { Batch } from '@shared/domain/batch'
import { FirstError } from '@shared/errors'
import { batchToWire, newBatchBody, windowMs, type WireBatch } from '@shared/openai/batches'
import type { Grant } from '../authorize'
import type { BodyLimits } from '../body-limits'
import type { Call } from '../call'
import { readChecked } from '../checked-input'
import { scopeOf, type Work } from '../work'

/** `POST /v1/batches`. @throws FirstError `missing_required_parameter`, `unknown_parameter`, `invalid_request`, `file_not_found`, `quota_exceeded` */
export async function createBatch({ files, batches }: Work, limits: BodyLimits, grant: Grant, call: Call): Promise<WireBatch> {
  const body = await readChecked(call, newBatchBody, limits)
  const { id, purpose } = files.get(body.input_file_id, scopeOf(grant))
  if (purpose !== 'batch') throw new FirstError('invalid_request', `The file "${id}" has the purpose ${purpose}; the file of a batch has the purpose batch.`, { param: 'input_file_id' })
  const created: Batch = batches.create({
    identity: grant.identity,
    inputFileId: id,
    endpoint: body.endpoint,
    windowMs: windowMs(body.completion_window),
    metadata: body.metadata ?? undefined,
    outputExpiresAfterS: body.output_expires_after?.seconds,
  })
  return batchToWire(created)
}
