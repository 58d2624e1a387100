import { formOf, ok, type Call, type Reply, type Route } from '../http/call'
import { authorizeRoutes } from './authorize-routes'
import { anyClient } from './clients'
import { issuer, publicKeys } from './id-token'
import { introspect } from './introspect'
import type { AuthState } from './state'
import { tokenRoute } from './token-route'
import { userinfo } from './userinfo'

/** Answers the same for a token that it does not know, as RFC 7009 has it. */
function revoke(call: Call, auth: AuthState): Reply {
  const client = anyClient(call, auth)
  auth.tokens.revoke(formOf(call).get('token') ?? '', client.id)
  return ok({ active: false })
}

const discovery = (ownUrl: string): object => ({
  issuer,
  authorization_endpoint: `${ownUrl}/v2/oauth2/authorize`,
  token_endpoint: `${ownUrl}/v2/oauth2/token`,
  userinfo_endpoint: `${ownUrl}/v2/oauth2/userinfo`,
  revocation_endpoint: `${ownUrl}/v2/oauth2/token/revoke`,
  jwks_uri: `${ownUrl}/jwk.json`,
})

export function authRoutes(auth: AuthState): readonly Route[] {
  return [
    ...authorizeRoutes(auth),
    { method: 'POST', path: '/v2/oauth2/token', handle: (call) => tokenRoute(call, auth) },
    { method: 'POST', path: '/v2/oauth2/token/introspect', handle: (call) => introspect(call, auth) },
    { method: 'POST', path: '/v2/oauth2/token/revoke', handle: (call) => revoke(call, auth) },
    { method: 'GET', path: '/v2/oauth2/userinfo', handle: (call) => userinfo(call, auth) },
    { method: 'GET', path: '/jwk.json', handle: () => ok(publicKeys()) },
    { method: 'GET', path: '/.well-known/openid-configuration', handle: () => ok(discovery(auth.ownUrl())) },
  ]
}
