import type { ErrorCode, FirstError } from '@shared/errors'
import type { BreakerEvent } from './breaker'

/** A place that is full and does not say for how long is left alone for this long. */
const fullForMs = 1_000

/** However long a place asks for, it is tried again after this: what it meant may be over, and some mean a date. */
const longestPauseMs = 15 * 60_000

/** Faults of the place, although the catalogue says that trying again is of no use: it would be, elsewhere. */
const faults: ReadonlySet<ErrorCode> = new Set(['model_not_found', 'endpoint_not_found'])

/** What the end of a request says of the place it went to: a mistake of the caller, or ours, says nothing. */
export function verdictOf(outcome: 'served' | 'left' | FirstError): BreakerEvent {
  if (typeof outcome === 'string') return { kind: outcome }
  const { code, kind, retryAfterS } = outcome
  if (retryAfterS !== undefined && kind.retry !== 'never') return { kind: 'paused', forMs: Math.min(longestPauseMs, retryAfterS * 1000), isNamed: true }
  if (code === 'too_many_requests') return { kind: 'paused', forMs: fullForMs, isNamed: false }
  return { kind: kind.retry === 'elsewhere' || faults.has(code) ? 'failed' : 'left' }
}
