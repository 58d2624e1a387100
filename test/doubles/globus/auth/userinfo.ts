import { bearerOf, ok, type Call, type Reply } from '../http/call'
import type { GlobusIdentity } from '../world'
import { authError } from './errors'
import { authServer } from './own-scopes'
import type { AuthState } from './state'
import type { Grant } from './tokens'

/** An identity with its provider's name and when it signed in, in the spelling of the wire. */
export function identityDetail({ id, username, name, email, provider }: GlobusIdentity, { session }: Pick<Grant, 'session'>, auth: AuthState): object {
  const displayName = auth.world().providers.find((one) => one.id === provider)?.name ?? 'Globus Auth'
  return { sub: id, username, name, email, organization: displayName, identity_provider: provider, identity_provider_display_name: displayName, last_authentication: session.authentications.get(id)?.authTimeS ?? null }
}

/** What the scopes of the token let its client know of the person. */
export function userClaims(grant: Grant, auth: AuthState): object {
  const { person, session, paths } = grant
  const [primary] = person.identities
  const times = [...session.authentications.values()].map(({ authTimeS }) => authTimeS)
  return {
    sub: primary.id,
    last_authentication: times.length === 0 ? null : Math.max(...times),
    identity_set: person.identities.map((identity) => identityDetail(identity, grant, auth)),
    ...(paths.includes('profile') && { name: primary.name, preferred_username: primary.username, organization: auth.world().providers.find(({ id }) => id === primary.provider)?.name ?? '', identity_provider: primary.provider, identity_provider_display_name: auth.world().providers.find(({ id }) => id === primary.provider)?.name ?? '' }),
    ...(paths.includes('email') && { email: primary.email }),
  }
}

/** GET /v2/oauth2/userinfo */
export function userinfo(call: Call, auth: AuthState): Reply {
  const token = auth.tokens.access(bearerOf(call) ?? '')
  if (token?.resourceServer !== authServer) throw authError(401, 'invalid_token', 'The access token is missing, expired, revoked or for another service.')
  if (!token.paths.includes('openid')) throw authError(403, 'insufficient_scope', 'The scope openid is required.')
  return ok(userClaims(token, auth))
}
