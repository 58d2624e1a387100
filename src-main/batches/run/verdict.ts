import type { FirstError } from '@shared/errors'

/**
 * What an error of one request means for its batch. `final`: the line has its result. `later`: its place is not to be had now, which says
 * nothing of the line, so it is sent again for as long as the batch lasts. `again`: it may be the line's own doing, so it is tried a few times.
 */
export type Verdict = 'final' | 'later' | 'again'

const later: ReadonlySet<string> = new Set(['too_many_requests', 'model_loading', 'queue_full', 'cluster_under_maintenance', 'upstream_unreachable', 'upstream_unauthorized', 'unauthorized', 'sign_in_needed', 'gateway_off', 'shutting_down', 'out_of_memory', 'disk_full', 'model_failed',
  // Of a site that has not answered yet, or has gone: what is nowhere was found by the validation.
  'model_not_found', 'endpoint_not_found', 'cluster_not_found', 'unsupported_framework'])

export function verdictOf({ code, kind }: FirstError): Verdict {
  if (later.has(code)) return 'later'
  return kind.retry === 'never' ? 'final' : 'again'
}

/** Errors that say that a place has too much to do. */
const ofLoad: ReadonlySet<string> = new Set(['too_many_requests', 'model_loading', 'queue_full', 'out_of_memory', 'request_timeout'])

export const isOfLoad = ({ code }: FirstError): boolean => ofLoad.has(code)

/** Tries of a line whose errors may be its own. */
export const mostTries = 5

/** Before the next try, with full jitter; milliseconds. @param tries so far */
export const backoffMs = (tries: number, random: () => number): number => random() * Math.min(30_000, 250 * 2 ** tries)
