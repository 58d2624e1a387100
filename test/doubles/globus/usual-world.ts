import type { GlobusIdentity, World } from './world'
import { groupsScopes } from './auth/own-scopes'

const identity = (id: string, username: string, name: string, provider: string): GlobusIdentity => ({ id, username, name, email: username, provider })

/** Ids that tests and site presets share; those of ALCF are public, from wire/globus.md. */
export const ids = {
  /** ALCF's public client. */
  nativeClient: '58fdd3bc-e1c3-4ce5-80ea-8d6b87cfb944',
  /** The gateway's resource server, and its confidential client. */
  gateway: '681c10cc-f684-4540-bcd7-0b4df3bc26ef',
  gatewaySecret: 'gateway-secret',
  gatewayScope: 'https://auth.globus.org/scopes/681c10cc-f684-4540-bcd7-0b4df3bc26ef/action_all',
  /** ALCF only, signed in within seven days. */
  policy: '83732ff2-9c42-4548-b5ce-17e498c84f6a',
  /** A second site: a lab. */
  labClient: '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a01',
  labGateway: '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a02',
  labSecret: 'lab-secret',
  labScope: 'https://auth.globus.org/scopes/0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a02/action_all',
  /** Anybody who signed in within thirty days. */
  labPolicy: '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a03',
  providers: { argonne: '8c5b1f4e-0a53-4d6c-9a51-4f0a6c1d0001', alcf: '8c5b1f4e-0a53-4d6c-9a51-4f0a6c1d0002', uchicago: '8c5b1f4e-0a53-4d6c-9a51-4f0a6c1d0003', orcid: '8c5b1f4e-0a53-4d6c-9a51-4f0a6c1d0004' },
  ada: 'aaaaaaaa-0000-4000-8000-000000000001',
  adaAtAlcf: 'aaaaaaaa-0000-4000-8000-000000000002',
  grace: 'aaaaaaaa-0000-4000-8000-000000000003',
  linus: 'aaaaaaaa-0000-4000-8000-000000000004',
  groups: { users: '9f0c6d4e-7b1a-4c55-8f11-3d2b6a5e0001', physics: '9f0c6d4e-7b1a-4c55-8f11-3d2b6a5e0002' },
} as const

/**
 * Ada of Argonne, who has an ALCF identity linked and is in both groups; Grace of Chicago, who is in none but was
 * invited; Linus with an ORCID. Two sites: one like ALCF, one a lab's.
 */
export const usualWorld: World = {
  providers: [
    { id: ids.providers.argonne, name: 'Argonne National Laboratory', domain: 'anl.gov' },
    { id: ids.providers.alcf, name: 'Argonne LCF', domain: 'alcf.anl.gov' },
    { id: ids.providers.uchicago, name: 'University of Chicago', domain: 'uchicago.edu' },
    { id: ids.providers.orcid, name: 'ORCID', domain: 'orcid.org' },
  ],
  people: [
    { identities: [identity(ids.ada, 'ada@anl.gov', 'Ada Lovelace', ids.providers.argonne), identity(ids.adaAtAlcf, 'ada@alcf.anl.gov', 'Ada Lovelace', ids.providers.alcf)] },
    { identities: [identity(ids.grace, 'grace@uchicago.edu', 'Grace Hopper', ids.providers.uchicago)] },
    { identities: [identity(ids.linus, 'linus@orcid.org', 'Linus Pauling', ids.providers.orcid)] },
  ],
  clients: [
    { id: ids.nativeClient, name: 'ALCF Inference', kind: 'native', redirectUris: ['https://auth.globus.org/v2/web/auth-code'] },
    { id: ids.gateway, name: 'ALCF Inference Gateway', kind: 'confidential', secret: ids.gatewaySecret, redirectUris: [] },
    { id: ids.labClient, name: 'Lab Desktop', kind: 'native', redirectUris: ['https://auth.globus.org/v2/web/auth-code'] },
    { id: ids.labGateway, name: 'Lab Gateway', kind: 'confidential', secret: ids.labSecret, redirectUris: [] },
  ],
  scopes: [
    { urn: ids.gatewayScope, resourceServer: ids.gateway, description: 'Use the ALCF inference gateway', dependents: [{ scope: groupsScopes.viewMine }] },
    { urn: ids.labScope, resourceServer: ids.labGateway, description: 'Use the gateway of the lab', dependents: [{ scope: groupsScopes.viewMine }] },
  ],
  policies: [
    { id: ids.policy, name: 'ALCF identity within seven days', domains: ['alcf.anl.gov', 'anl.gov'], maxAgeS: 7 * 86_400 },
    { id: ids.labPolicy, name: 'Signed in within thirty days', maxAgeS: 30 * 86_400 },
  ],
  groups: [
    { id: ids.groups.users, name: 'Inference users', members: [{ identity: ids.ada, role: 'member', status: 'active' }, { identity: ids.grace, role: 'member', status: 'invited' }] },
    { id: ids.groups.physics, name: 'Physics', members: [{ identity: ids.adaAtAlcf, role: 'admin', status: 'active' }] },
  ],
}
