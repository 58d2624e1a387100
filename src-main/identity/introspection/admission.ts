import { audienceOf, scopeOf, type GlobusAccess } from '@shared/config/globus-access'
import { isSame } from '../access-rule'
import { allowedGroupsRefusal, groupsPerDomainRefusal, type Member } from './group-rules'
import { NotAdmitted } from './not-admitted'
import type { ActiveToken, SetIdentity } from './wire'

/** Somebody who is let in. */
export interface Admitted {
  readonly identity: Member
  /** Unix seconds; absent: programs have no session. */
  readonly signedInAtS?: number
}

/** What was found out about a token that is active. */
export interface Facts {
  readonly token: ActiveToken
  /** UUIDs. */
  readonly groups: readonly string[]
}

const groupsScope = 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships'
export const scopeWithGroups = (rules: GlobusAccess): string => `${scopeOf(rules)}[${groupsScope}]`

/**
 * Whether a token was made for this gateway, which FIRST does not ask: without it a token that somebody gave to another service opens this one.
 * @throws NotAdmitted
 */
export function requireOwn(rules: GlobusAccess, { aud, scope }: ActiveToken): void {
  const requirement = { code: 'ConsentRequired', required_scopes: [scopeOf(rules)] } as const
  if (!aud.includes(audienceOf(rules))) throw new NotAdmitted('Token is either not active or invalid: it was made for another service (aud).', { requirement })
  if (!scope.split(' ').includes(scopeOf(rules))) throw new NotAdmitted('Token is either not active or invalid: it does not have the scope of this gateway.', { requirement })
}

/**
 * The checks 7 to 13 of FIRST's order (wire/globus.md, section 2), in that order; the first that fails is told.
 * @param nowS Unix seconds
 * @throws NotAdmitted with FIRST's text
 */
export function admit(rules: GlobusAccess, { token, groups }: Facts, nowS: number): Admitted {
  if (token.exp <= nowS) throw new NotAdmitted('Access token expired.', { who: { username: token.username, name: token.name } })
  const admitted = serviceAccount(rules, token, groups) ?? signedIn(rules, token, groups)
  const { identity } = admitted
  requireMember(rules, identity)
  const { username } = identity
  if (username === '') throw new NotAdmitted('Username could not be recovered.', { who: identity })
  if (/[<>]/.test(username)) throw new NotAdmitted(`Username ${username} includes non-authorized characters.`, { who: identity })
  return admitted
}

/** Whether somebody who came in before would do so by the rules as they are now, as far as that can be told without a token. */
export function isStillAdmitted(rules: GlobusAccess, member: Member): boolean {
  const isOfDomain = rules.allowedDomains.length === 0 || holds(rules.allowedDomains, member.domain) || holds(rules.serviceAccounts, member.username)
  return isOfDomain && groupsPerDomainRefusal(rules, member) === undefined && allowedGroupsRefusal(rules, member) === undefined
}

/** The checks of groups, 11 and 12. @throws NotAdmitted */
function requireMember(rules: GlobusAccess, member: Member): void {
  const refusal = groupsPerDomainRefusal(rules, member) ?? allowedGroupsRefusal(rules, member)
  if (refusal !== undefined) throw new NotAdmitted(refusal, { who: member, action: 'Ask the owner of this gateway which group lets you in: signing in again changes nothing.' })
}

function serviceAccount(rules: GlobusAccess, { client_id: id, username, name, iss }: ActiveToken, groups: readonly string[]): Admitted | undefined {
  const domain = username.slice(username.indexOf('@') + 1)
  if (id === '' || name === '' || iss === '' || domain === '' || !username.includes('@') || !holds(rules.serviceAccounts, username)) return undefined
  return { identity: { kind: 'globus', id, name, username, domain, provider: { id: domain, name: iss }, groups } }
}

/** Checks 9 and 10: the first place where somebody signed in that is allowed says who they are here, whatever the token's `sub`. */
function signedIn(rules: GlobusAccess, token: ActiveToken, groups: readonly string[]): Admitted {
  const found: SetIdentity[] = []
  for (const { idp, auth_time: signedInAtS } of sessions(token)) {
    const identity = token.identity_set_detail?.find(({ identity_provider }) => identity_provider === idp)
    if (identity === undefined) throw uninspectable('no identity of the set belongs to the provider of the session.', token)
    found.push(identity)
    const domain = identity.username.split('@')[1]
    if (domain === undefined) throw uninspectable('the username of an identity has no domain.', token)
    if (rules.allowedDomains.length > 0 && !holds(rules.allowedDomains, domain)) continue
    const { sub: id, username, name } = identity
    requirePolicies(rules, token, { id, username, name })
    const member: Member = { kind: 'globus', id, name: name === '' ? username : name, username, domain, provider: { id: identity.identity_provider, name: identity.identity_provider_display_name }, groups }
    return { identity: member, ...(typeof signedInAtS === 'number' && { signedInAtS }) }
  }
  throw elsewhere(rules, found)
}

function sessions(token: ActiveToken): ActiveSession[] {
  if (token.session_info == null) throw uninspectable('there is none.', token)
  return Object.values(token.session_info.authentications)
}
type ActiveSession = NonNullable<ActiveToken['session_info']>['authentications'][string]

const uninspectable = (why: string, { username, name }: ActiveToken): NotAdmitted =>
  new NotAdmitted(`Error: Could not inspect session info: ${why}`, { who: { username, name }, requirement: { code: 'AuthorizationRequired', prompt: 'login' } })

function elsewhere(rules: GlobusAccess, found: readonly SetIdentity[]): NotAdmitted {
  const who = found.map(({ name, username }) => `${name} (${username})`).join(', ')
  const [first] = found
  const open = openDomains(rules)
  return new NotAdmitted(
    `Error: Permission denied. Must authenticate with ${namedDomains(rules)}. Currently authenticated as ${who === '' ? 'Unknown (no active session found)' : who}. ` +
      "If you are passing an access token directly to this API, please logout from Globus by visiting https://app.globus.org/logout and re-authenticate with the following command: 'first-desktop login'.",
    {
      ...(first !== undefined && { who: { id: first.sub, username: first.username, name: first.name } }),
      requirement: { code: 'AuthorizationRequired', session_message: `Sign in with ${namedDomains(rules)}.`, ...(open.length > 0 && { session_required_single_domain: open }), ...(rules.policies.length > 0 && { session_required_policies: rules.policies }), prompt: 'login' },
    },
  )
}

function requirePolicies({ policies, ...rules }: GlobusAccess, { policy_evaluations }: ActiveToken, who: { readonly id: string; readonly username: string; readonly name: string }): void {
  if (policies.length === 0) return
  const evaluations = policy_evaluations ?? {}
  if (Object.keys(evaluations).length !== policies.length) throw new NotAdmitted('Error: Some Globus policies could not be passed to the introspect API call.', { who })
  // By id, where FIRST looks at whatever was evaluated.
  if (policies.every((id) => Object.entries(evaluations).some(([evaluated, { evaluation }]) => isSame(evaluated, id) && evaluation === true))) return
  throw new NotAdmitted(
    'Error: Permission denied from internal policies. This is likely due to a high-assurance timeout. Please logout by visiting https://app.globus.org/logout, ' +
      "and re-authenticate with the following command: 'first-desktop login'. " +
      `Make sure you authenticate with an authorized identity provider: ${namedDomains({ policies, ...rules })}.`,
    { who, requirement: { code: 'AuthorizationRequired', session_required_policies: policies, prompt: 'login' } },
  )
}

/** Of those that are let in by approved groups only nothing is told, as in FIRST. */
const openDomains = ({ allowedDomains, groupsPerDomain }: GlobusAccess): string[] => allowedDomains.filter((domain) => !holds(Object.keys(groupsPerDomain), domain))

function namedDomains(rules: GlobusAccess): string {
  const open = openDomains(rules)
  if (rules.allowedDomains.length === 0) return 'an identity provider of Globus'
  return open.length === rules.allowedDomains.length ? open.join(', ') : `${open.join(', ')}, or providers with approved projects`
}

const holds = (list: readonly string[], wanted: string): boolean => list.some((item) => isSame(wanted, item))
