import type { ErrorCode, FirstError } from '@shared/errors'

/**
 * What an error of one request means for its batch. `final`: the line has its result. `again`: it may be the line's own doing, so it is tried a
 * few times. `later`, which is any other: it is about a place, or about this machine, and says nothing of the line, so it is sent again for as
 * long as the batch lasts; a model that is nowhere was found by the validation.
 */
export type Verdict = 'final' | 'again' | 'later'

/** About what the request says, or what its owner may do. */
const final: ReadonlySet<ErrorCode> = new Set([
  'invalid_json', 'invalid_request', 'missing_required_parameter', 'unknown_parameter', 'extra_forbidden', 'unprocessable', 'context_length_exceeded', 'previous_response_not_found',
  'body_too_large', 'unsupported_media_type', 'unsupported_endpoint', 'access_denied',
])
const again: ReadonlySet<ErrorCode> = new Set(['upstream_error', 'upstream_garbled', 'answer_cut', 'request_timeout', 'internal_error'])

export function verdictOf({ code }: FirstError): Verdict {
  if (final.has(code)) return 'final'
  return again.has(code) ? 'again' : 'later'
}

/** Errors that say that a place has too much to do. */
const ofLoad: ReadonlySet<ErrorCode> = new Set(['too_many_requests', 'model_loading', 'queue_full', 'out_of_memory', 'request_timeout'])

export const isOfLoad = ({ code }: FirstError): boolean => ofLoad.has(code)

/** Tries of a line whose errors may be its own. */
export const mostTries = 5

/** Before the next try, with full jitter; milliseconds. @param tries so far */
export const backoffMs = (tries: number, random: () => number): number => random() * Math.min(30_000, 250 * 2 ** tries)
