import type { AuthClient } from '../world'
import type { SessionDemands } from './policies'
import { mayRedirect } from './redirects'
import { parseScopes, unknownScopes, type AskedScope } from './scopes'
import type { AuthState } from './state'

/** A request to authorize that may be put before somebody. */
export interface AuthorizeRequest {
  readonly client: AuthClient
  readonly redirectUri: string
  readonly state: string | undefined
  readonly challenge: string | undefined
  readonly isOffline: boolean
  readonly scopes: readonly AskedScope[]
  readonly demands: SessionDemands
  readonly message: string | undefined
  readonly label: string | undefined
  /** `prompt=login`: whoever is signed in signs in again. */
  readonly mustSignIn: boolean
}

/** Not to be sent anywhere: shown to the person, since the address to answer to cannot be trusted. */
export class Untrusted extends Error {}

/** Sent to the client, as `error` and `error_description`. */
export class Rejected extends Error {
  constructor(
    readonly redirectUri: string,
    readonly state: string | undefined,
    readonly error: string,
    description: string,
  ) {
    super(description)
  }
}

/** @throws Untrusted and Rejected */
export function readAuthorizeRequest(query: URLSearchParams, auth: AuthState): AuthorizeRequest {
  const get = (name: string): string | undefined => query.get(name) ?? undefined
  const list = (name: string): string[] => (get(name) ?? '').split(',').filter((entry) => entry !== '')

  const client = auth.client(get('client_id') ?? '')
  if (client === undefined) throw new Untrusted(`There is no client ${get('client_id') ?? '(none was named)'}.`)
  const redirectUri = get('redirect_uri') ?? ''
  if (!mayRedirect(client, redirectUri, auth.ownUrl())) throw new Untrusted(`${client.name} has not registered the redirect address ${redirectUri}.`)

  const state = get('state')
  const reject = (error: string, description: string): Rejected => new Rejected(redirectUri, state, error, description)
  if (get('response_type') !== 'code') throw reject('unsupported_response_type', 'response_type must be code.')
  const challenge = get('code_challenge')
  if (challenge === undefined && client.kind === 'native') throw reject('invalid_request', 'A native client must send code_challenge.')
  if (challenge !== undefined && (get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(challenge))) throw reject('invalid_request', 'code_challenge must be made with S256.')

  const policies = list('session_required_policies').map((id) => {
    const policy = auth.policy(id)
    if (policy === undefined) throw reject('invalid_request', `There is no policy ${id}.`)
    return policy
  })
  return {
    client,
    redirectUri,
    state,
    challenge,
    isOffline: get('access_type') === 'offline',
    scopes: readScopes(get('scope') ?? '', auth, reject),
    demands: { policies, domains: list('session_required_single_domain'), identities: list('session_required_identities'), needsMfa: get('session_required_mfa')?.toLowerCase() === 'true' },
    message: get('session_message'),
    label: get('prefill_named_grant'),
    mustSignIn: get('prompt') === 'login',
  }
}

function readScopes(text: string, auth: AuthState, reject: (error: string, description: string) => Rejected): AskedScope[] {
  let scopes: AskedScope[]
  try {
    scopes = parseScopes(text)
  } catch (cause) {
    throw reject('invalid_scope', String(cause))
  }
  const unknown = unknownScopes(scopes, (urn) => auth.scope(urn))
  if (unknown.length > 0) throw reject('invalid_scope', `There is no scope ${unknown.join(', ')}.`)
  if (scopes.length === 0) throw reject('invalid_scope', 'No scope was asked for.')
  return scopes
}
