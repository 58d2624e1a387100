import { formOf, ok, type Call, type Reply } from '../http/call'
import { confidentialClient } from './clients'
import { issuer } from './id-token'
import { meetsPolicy } from './policies'
import type { AuthSession } from './session'
import type { AuthState } from './state'
import { scopeText, type AccessToken } from './tokens'
import { identityDetail } from './userinfo'

/** POST /v2/oauth2/token/introspect */
export function introspect(call: Call, auth: AuthState): Reply {
  confidentialClient(call, auth)
  const form = formOf(call)
  const token = auth.tokens.access(form.get('token') ?? '')
  if (token === undefined) return ok({ active: false })
  const includes = (form.get('include') ?? '').split(',')
  const { person } = token
  return ok({
    ...tokenClaims(token),
    ...(includes.includes('identity_set') && { identity_set: person.identities.map(({ id }) => id) }),
    ...(includes.includes('identity_set_detail') && { identity_set_detail: person.identities.map((identity) => identityDetail(identity, token, auth)) }),
    ...(includes.includes('session_info') && { session_info: sessionInfo(token.session) }),
    ...(form.has('authentication_policies') && { policy_evaluations: evaluations(token, form.get('authentication_policies') ?? '', auth) }),
  })
}

function tokenClaims(token: AccessToken): object {
  const [primary] = token.person.identities
  return {
    active: true,
    token_type: 'Bearer',
    scope: scopeText(token),
    client_id: token.client,
    sub: primary.id,
    username: primary.username,
    name: primary.name,
    email: primary.email,
    exp: token.expiresAtS,
    iat: token.issuedAtS,
    nbf: token.issuedAtS,
    aud: [token.resourceServer],
    iss: issuer,
  }
}

function sessionInfo({ id, authentications }: AuthSession): object {
  const entries = [...authentications].map(([identity, { provider, authTimeS, hasMfa }]) => [identity, { idp: provider, auth_time: authTimeS, acr: null, amr: hasMfa ? ['mfa'] : null, custom_claims: {} }])
  return { session_id: id, authentications: Object.fromEntries(entries) as object }
}

/** Policies that do not exist have no entry. */
function evaluations({ person, session }: AccessToken, policyIds: string, auth: AuthState): object {
  const policies = policyIds.split(',').flatMap((id) => auth.policy(id) ?? [])
  return Object.fromEntries(policies.map((policy) => [policy.id, { evaluation: meetsPolicy(policy, person, session, auth.clock.nowS()) }]))
}
