import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { KeyVerifier } from '../identity/key-verifier'
import type { TokenVerifier } from '../identity/token-verifier'

export interface Entrances {
  readonly keys: KeyVerifier
  /** Absent: keys only. */
  readonly tokens?: TokenVerifier
}

/**
 * Who calls: by `Authorization: Bearer`, or `x-api-key` as Anthropic's clients send it. Keys are known at once; only a token that was not
 * asked about lately takes time.
 * @throws FirstError `unauthorized`, and for tokens what `TokenVerifier` throws, also as a rejection
 */
export function authenticate({ keys, tokens }: Entrances, headers: IncomingHttpHeaders): Identity | Promise<Identity> {
  const secret = presentedKey(headers)
  const identity = secret === undefined ? undefined : keys.verify(secret)
  if (identity !== undefined) return identity
  if (tokens?.isOn() === true && secret?.startsWith('fd-') !== true) return tokens.verify(headers)
  throw new FirstError('unauthorized', secret === undefined ? 'No key was sent with this request.' : 'This key is not known here, or it was revoked.')
}

function presentedKey({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined
  // RFC 9110, 11.1: the name of the scheme is case-insensitive.
  if (authorization.length <= 7 || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined
  return authorization.slice(7).trim()
}
