import type { ModelInfo } from '@shared/domain/model'
import type { StatusSpan } from '@shared/domain/status-history'
import { heldSinceMs, usualTimeToLive } from './start-times'

export interface StartEstimate {
  /** Unix milliseconds since when it is on its way: since it was asked for, or else since it has its status; absent where that is not known. */
  readonly sinceMs: number | undefined
  /** How long it usually takes from there until it is live, in milliseconds, learned from past starts. */
  readonly usualMs: number | undefined
}

/** A place says the moment of the request and what starts from there take; what was watched fills in. */
export function startEstimate({ status, requestedAtMs, usualStartMs, sinceMs }: ModelInfo, spans: readonly StatusSpan[]): StartEstimate {
  // From the request on, as from `offline`: the wait and the load.
  if (requestedAtMs !== undefined || status === 'offline') return { sinceMs: requestedAtMs, usualMs: usualStartMs ?? usualTimeToLive(spans, 'offline') }
  return { sinceMs: sinceMs ?? heldSinceMs(spans, status), usualMs: usualTimeToLive(spans, status) }
}
