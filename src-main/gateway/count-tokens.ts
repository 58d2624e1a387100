import type { Candidate } from '../federation/directory'
import { estimateTokens } from '../records/estimate'
import type { Call } from './call'
import { sendJson } from './error-answer'
import type { InferenceRequest } from './inference-request'

/**
 * Answers `POST /v1/messages/count_tokens` by estimate where no place of the model counts itself.
 * @returns whether it did.
 */
export function countTokens({ response }: Call, { bytes }: InferenceRequest, candidates: readonly Candidate[]): boolean {
  if (candidates.some(({ info }) => info.operations?.includes('count_tokens') === true)) return false
  response.setHeader('x-first-estimated', 'true')
  sendJson(response, 200, { input_tokens: estimateTokens(bytes?.length ?? 0) })
  return true
}
