import type { GatewayState } from '@shared/rpc/contract'

/** One thing that is asked of whoever comes in by Globus. */
export interface Demand {
  readonly name: string
  readonly text: string
  /** The ids behind it. */
  readonly title?: string
}

/** Whom the gateway lets in by Globus, in the order in which it is checked. */
export function demandsOf({ domains, groupsPerDomain, groups, policies, programs }: NonNullable<GatewayState['admits']>): readonly Demand[] {
  const ofDomains = Object.entries(groupsPerDomain)
  return [
    { name: 'Institutions', text: domains.length === 0 ? 'Any that Globus knows' : domains.join(', ') },
    ...(policies.length === 0 ? [] : [{ name: 'Sign-in', text: policies.length === 1 ? 'As a policy of Globus asks' : `As ${policies.length} policies of Globus ask`, title: policies.join('\n') }]),
    ...ofDomains.map(([domain, ids]) => ({ name: `From ${domain}`, text: membersOf(ids), title: ids.join('\n') })),
    ...(groups.length === 0 ? [] : [{ name: 'Groups', text: membersOf(groups), title: groups.join('\n') }]),
    ...(programs.length === 0 ? [] : [{ name: 'Programs', text: `${programs.join(', ')}: by their own secret, whatever their institution and sign-in` }]),
  ]
}

const membersOf = (ids: readonly string[]): string => (ids.length === 1 ? 'Members of one Globus group' : `Members of one of ${ids.length} Globus groups`)
