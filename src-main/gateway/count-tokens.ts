import type { Candidate } from '../federation/directory'
import { estimateRequest } from '../records/estimate-request'
import type { Caller } from './call'
import type { InferenceRequest } from './inference-request'

/**
 * Answers `POST /v1/messages/count_tokens` by estimate where no place of the model counts itself.
 * @returns whether it did.
 */
export function countTokens({ outlet }: Caller, { fields }: InferenceRequest, candidates: readonly Candidate[]): boolean {
  if (candidates.some(({ info }) => info.operations?.includes('count_tokens') === true)) return false
  outlet.send(Buffer.from(JSON.stringify({ input_tokens: estimateRequest(fields).input })), { 'x-first-estimated': 'true' })
  return true
}
