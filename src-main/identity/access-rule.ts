import type { AccessRule } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'

/**
 * Whether a rule lets somebody in. As in FIRST, domains and groups must both hold where both are given, and an empty list asks for nothing;
 * `identities` are exceptions from them, as FIRST's service accounts are.
 */
export function admits({ identities = [], domains = [], groups = [] }: AccessRule, identity: Identity): boolean {
  const { username } = identity
  if (identities.length + domains.length + groups.length === 0) return true
  if (identities.some((name) => isNamed(identity, name))) return true
  if (domains.length + groups.length === 0) return false
  const domain = username?.split('@')[1]
  return (domains.length === 0 || holds(domains, domain)) && isOfGroups({ groups }, identity)
}

/** Whether somebody is in one of the groups of a rule, or it asks for none. */
export const isOfGroups = ({ groups = [] }: Pick<AccessRule, 'groups'>, identity: Identity): boolean => groups.length === 0 || (identity.groups ?? []).some((group) => holds(groups, group))

/** By username, or by the name that the owner gave to a key; a name that somebody chose for themselves counts for nothing. */
const isNamed = ({ kind, name, username }: Identity, wanted: string): boolean => (kind === 'key' && name === wanted) || isSame(username, wanted)

const holds = (list: readonly string[], wanted: string | undefined): boolean => list.some((item) => isSame(wanted, item))

/** Domains, usernames and UUIDs mean the same in upper and lower case. */
export const isSame = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
