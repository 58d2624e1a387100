import { FirstError } from '@shared/errors'
import type { TransferTask } from './transfer-api'

/** What a task that is under way waits for; a status that is not here is told as it is. */
const waits: Readonly<Record<string, string>> = {
  GC_NOT_CONNECTED: 'Globus Connect Personal does not run on this machine: start it, and the copying goes on',
  GC_PAUSED: 'Globus Connect Personal is paused on this machine',
  ENDPOINT_BUSY: 'the collection is busy',
  ENDPOINT_TOO_BUSY: 'the collection is busy',
  PERMISSION_DENIED: 'the collection does not let this account use the folder',
  FILE_NOT_FOUND: 'the file is not there',
  NO_SPACE: 'the disk there is full',
  QUOTA_EXCEEDED: 'the quota there is used up',
  CONNECT_FAILED: 'the collection cannot be reached',
  CONNECTION_RESET: 'the connection was cut',
  TIMEOUT: 'the collection does not answer',
  PAUSED_BY_ADMIN: 'an administrator has paused the collection',
  AUTH: 'a sign-in for the collection has ended',
}
const unremarkable: ReadonlySet<string> = new Set(['OK', 'Queued', ''])

/** Why a task does not go on, to stand behind a colon; undefined where it does. */
export function waitWords({ status, niceStatus = '' }: TransferTask): string | undefined {
  if (status === 'INACTIVE') return 'a sign-in for one of the collections has ended: see app.globus.org/activity'
  return unremarkable.has(niceStatus) ? undefined : (waits[niceStatus] ?? niceStatus)
}

/** Of a task that has failed; Transfer has tried for long by itself before it says so. */
export function failureOf({ fatal }: TransferTask, what: string): FirstError {
  const code = fatal?.code ?? ''
  const words = `${what} failed: ${waits[code] ?? (fatal?.description.replace(/\.$/, '').slice(0, 300) || code || 'Globus Transfer gave no reason')}.`
  if (code === 'CANCELED') return new FirstError('invalid_request', `${what} was stopped at Globus.`)
  if (code === 'PERMISSION_DENIED') return new FirstError('access_denied', words)
  return new FirstError('invalid_request', words)
}
