import { formOf, ok, type Call, type Reply } from '../http/call'
import { clientAsPerson } from '../world'
import { anyClient, confidentialClient } from './clients'
import { provesChallenge } from './codes'
import { authError } from './errors'
import { idToken } from './id-token'
import { authServer } from './own-scopes'
import { parseScopes, urnOf, type ConsentPath } from './scopes'
import type { AuthState } from './state'
import { dependentPaths, issueToken, issueTokens, type TokenAnswer, type TokenFields } from './token-answer'

const invalidGrant = (description: string): Error => authError(401, 'invalid_grant', description)

type GrantType = (call: Call, form: URLSearchParams, auth: AuthState) => object

const grantTypes: Readonly<Record<string, GrantType>> = {
  authorization_code: exchange,
  refresh_token: refresh,
  client_credentials: signInAsClient,
  'urn:globus:auth:grant_type:dependent_token': dependent,
}

/** POST /v2/oauth2/token */
export function tokenRoute(call: Call, auth: AuthState): Reply {
  const form = formOf(call)
  const grantType = grantTypes[form.get('grant_type') ?? '']
  if (grantType === undefined) throw authError(400, 'unsupported_grant_type', `The grant type ${form.get('grant_type') ?? '(none)'} is not known.`)
  return ok(grantType(call, form, auth))
}

function exchange(call: Call, form: URLSearchParams, auth: AuthState): TokenAnswer {
  const client = anyClient(call, auth)
  // Taken before it is looked at: a code that is tried wrongly is spent.
  const code = auth.codes.take(form.get('code') ?? '')
  if (code === undefined || code.client !== client.id) throw invalidGrant('The code is unknown, used, expired or of another client.')
  if (code.redirectUri !== form.get('redirect_uri')) throw invalidGrant('redirect_uri is not the one that the code was asked for with.')
  if (code.challenge !== undefined && !provesChallenge(form.get('code_verifier') ?? '', code.challenge)) throw invalidGrant('code_verifier does not match code_challenge.')
  const { person, session, paths, isOffline, state } = code
  const grant = { client: client.id, person, session, paths }
  const more = state === undefined ? {} : { state }
  const [root, ...others] = issueTokens(grant, isOffline, auth).map((token): TokenFields => ({ ...token, ...more }))
  if (root === undefined) throw invalidGrant('The code is for no scope.')
  return { ...root, other_tokens: others, ...(paths.includes('openid') && { id_token: idToken({ ...grant, resourceServer: authServer }, auth) }) }
}

function refresh(call: Call, form: URLSearchParams, auth: AuthState): TokenAnswer {
  const client = anyClient(call, auth)
  const value = form.get('refresh_token') ?? ''
  const token = auth.tokens.useRefresh(value)
  if (token === undefined || token.client !== client.id) throw invalidGrant('The refresh token is unknown, revoked, expired or of another client.')
  const { person, session, paths, resourceServer } = token
  if (auth.rotatesRefreshTokens) auth.tokens.revoke(value, client.id)
  return { ...issueToken({ client: client.id, person, session, paths, resourceServer }, auth.rotatesRefreshTokens, auth), other_tokens: [] }
}

/** A program in its own name: no person, and no session. */
function signInAsClient(call: Call, form: URLSearchParams, auth: AuthState): TokenAnswer {
  const client = confidentialClient(call, auth)
  const paths = parseScopes(form.get('scope') ?? '').map(({ urn }) => urn)
  const [root, ...others] = issueTokens({ client: client.id, person: clientAsPerson(client), session: { id: client.id, authentications: new Map() }, paths }, false, auth)
  if (root === undefined) throw authError(400, 'invalid_scope', 'None of these scopes exists.')
  return { ...root, other_tokens: others }
}

/** For the owner of a scope, tokens for what that scope depends on; as an array. */
function dependent(call: Call, form: URLSearchParams, auth: AuthState): TokenFields[] {
  const client = confidentialClient(call, auth)
  const token = auth.tokens.access(form.get('token') ?? '')
  if (token === undefined || token.resourceServer !== client.id) throw invalidGrant('The token is not active, or not for this resource server.')
  const wanted = form.get('scope') === null ? undefined : new Set(parseScopes(form.get('scope') ?? '').map(({ urn }) => urn))
  const declared = dependentPaths(token, auth).filter((path) => wanted?.has(urnOf(path)) ?? true)
  const isGiven = (path: ConsentPath): boolean => auth.consents.has(token.person, token.client, path)
  const isOptional = (path: ConsentPath): boolean => token.paths.some((own) => auth.scope(urnOf(own))?.dependents?.some(({ scope, isOptional: may }) => scope === urnOf(path) && may === true))
  const missing = declared.filter((path) => !isGiven(path) && (wanted !== undefined || !isOptional(path))).map(urnOf)
  const undeclared = [...(wanted ?? [])].filter((urn) => !declared.some((path) => urnOf(path) === urn))
  if (undeclared.length > 0) throw authError(400, 'invalid_scope', `The scopes of the token do not depend on ${undeclared.join(', ')}.`)
  if (missing.length > 0) throw authError(403, 'dependent_consent_required', 'Missing required dependent consent.', { unapproved_scopes: missing })
  return issueTokens({ client: token.client, person: token.person, session: token.session, paths: declared.filter(isGiven) }, form.get('access_type') === 'offline', auth)
}
