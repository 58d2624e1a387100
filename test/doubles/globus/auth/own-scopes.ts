import type { Scope } from '../world'

export const authServer = 'auth.globus.org'
export const computeServer = 'funcx_service'
export const transferServer = 'transfer.api.globus.org'
export const groupsServer = 'groups.api.globus.org'
export const flowsServer = 'flows.globus.org'

export const computeScope = 'https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all'
export const transferScope = 'urn:globus:auth:scope:transfer.api.globus.org:all'
export const groupsScopes = {
  all: 'urn:globus:auth:scope:groups.api.globus.org:all',
  viewMine: 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships',
} as const
export const runScopes = {
  manage: 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/manage_flows',
  view: 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows',
  status: 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status',
  runs: 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_manage',
} as const

export const httpsScope = (collection: string): string => `https://auth.globus.org/scopes/${collection}/https`
export const dataAccessScope = (collection: string): string => `https://auth.globus.org/scopes/${collection}/data_access`
export const flowScope = (flow: string): string => `https://auth.globus.org/scopes/${flow}/flow_${flow.replaceAll('-', '_')}_user`

const scope = (urn: string, resourceServer: string, description: string): Scope => ({ urn, resourceServer, description })

/** Scopes of Globus' own services. */
export const ownScopes: readonly Scope[] = [
  scope('openid', authServer, 'Know who you are'),
  scope('profile', authServer, 'Know your name'),
  scope('email', authServer, 'Know your email address'),
  scope('urn:globus:auth:scope:auth.globus.org:view_identities', authServer, 'View your identities'),
  scope(computeScope, computeServer, 'Register and run functions with Globus Compute'),
  scope(transferScope, transferServer, 'Transfer files with Globus Transfer'),
  scope(groupsScopes.all, groupsServer, 'View and manage your groups'),
  scope(groupsScopes.viewMine, groupsServer, 'View your groups and memberships'),
  scope(runScopes.manage, flowsServer, 'Manage flows'),
  scope(runScopes.view, flowsServer, 'View flows'),
  scope(runScopes.status, flowsServer, 'View runs'),
  scope(runScopes.runs, flowsServer, 'Manage runs'),
]
