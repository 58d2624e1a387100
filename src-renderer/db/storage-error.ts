import { FirstError } from '@shared/errors'

/** A failed write in words: a full disk or quota is `disk_full`; what the catalogue knows stays; the rest is `internal_error`. */
export function toStorageError(cause: unknown): FirstError {
  if (cause instanceof FirstError) return cause
  if (namesOf(cause).includes('QuotaExceededError')) return new FirstError('disk_full', 'There is no room to store this conversation.', { cause })
  return new FirstError('internal_error', 'The window could not store this conversation.', { cause })
}

/** Dexie wraps what the browser threw: an abort may hide a full disk in `inner`. */
function namesOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return []
  return [cause.name, ...('inner' in cause ? namesOf(cause.inner) : [])]
}
