import type { GlobusAccess } from '@shared/config/globus-access'
import type { Identity } from '@shared/domain/identity'
import { isSame } from '../access-rule'

/** An identity as Globus knows it. */
export type Member = Identity & Required<Pick<Identity, 'username' | 'domain' | 'groups' | 'provider'>>

/** Check 11 of FIRST's order: a domain that has groups lets in nobody else. @returns FIRST's text for whom it keeps out */
export function groupsPerDomainRefusal({ groupsPerDomain }: Pick<GlobusAccess, 'groupsPerDomain'>, { name, username, domain, groups, provider }: Member): string | undefined {
  const [, wanted] = Object.entries(groupsPerDomain).find(([one]) => isSame(domain, one)) ?? []
  if (wanted === undefined || overlaps(groups, wanted)) return undefined
  return `Error: Permission denied. User (${name} - ${username}) not part of the Globus Groups applied for ${provider.name}.`
}

/** Check 12. */
export function allowedGroupsRefusal({ allowedGroups }: Pick<GlobusAccess, 'allowedGroups'>, { groups }: Member): string | undefined {
  return allowedGroups.length === 0 || overlaps(groups, allowedGroups) ? undefined : 'Error: User is not a member of an allowed Globus Group.'
}

const overlaps = (groups: readonly string[], wanted: readonly string[]): boolean => groups.some((group) => wanted.some((one) => isSame(group, one)))
