import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { KeyVerifier } from '../identity/key-verifier'

/**
 * Who calls: by `Authorization: Bearer`, or `x-api-key` as Anthropic's clients send it.
 * @throws FirstError `unauthorized`
 */
export function authenticate(keys: KeyVerifier, headers: IncomingHttpHeaders): Identity {
  const secret = presentedKey(headers)
  if (secret === undefined) throw new FirstError('unauthorized', 'No key was sent with this request.')
  const identity = keys.verify(secret)
  if (identity === undefined) throw new FirstError('unauthorized', 'This key is not known here, or it was revoked.')
  return identity
}

function presentedKey({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined
  // RFC 9110, 11.1: the name of the scheme is case-insensitive.
  if (authorization.length <= 7 || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined
  return authorization.slice(7).trim()
}
