import type { SessionDemands } from '@shared/globus/auth-reason'

export interface AuthorizeRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string
  readonly challenge: string
  readonly session: SessionDemands
  /** What Globus calls this grant in its list of consents. */
  readonly label: string
}

/** The page of Globus Auth that the browser opens (wire/globus.md, "Authorize"). @param authUrl origin of the service */
export function authorizeUrl(authUrl: string, { clientId, redirectUri, scopes, state, challenge, session, label }: AuthorizeRequest): string {
  const url = new URL(`${authUrl}/v2/oauth2/authorize`)
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') url.searchParams.set(name, value)
  }
  set('client_id', clientId)
  set('redirect_uri', redirectUri)
  set('scope', scopes.join(' '))
  set('state', state)
  set('response_type', 'code')
  set('code_challenge', challenge)
  set('code_challenge_method', 'S256')
  set('access_type', 'offline')
  set('prefill_named_grant', label)
  set('prompt', session.isFresh === true ? 'login' : undefined)
  set('session_required_policies', session.policies?.join(','))
  set('session_required_single_domain', session.domains?.join(','))
  set('session_required_identities', session.identities?.join(','))
  set('session_required_mfa', session.needsMfa === true ? 'true' : undefined)
  set('session_message', session.message)
  return url.href
}
