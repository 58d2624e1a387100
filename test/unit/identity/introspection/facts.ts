import { globusAccess, type GlobusAccess } from '@shared/config/globus-access'
import type { Facts } from '@main/identity/introspection/admission'
import { activeToken } from '@main/identity/introspection/wire'

export const clientId = '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a02'
export const scope = `https://auth.globus.org/scopes/${clientId}/action_all`
export const policy = '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a03'
export const groups = { users: '9f0c6d4e-7b1a-4c55-8f11-3d2b6a5e0001', physics: '9f0c6d4e-7b1a-4c55-8f11-3d2b6a5e0002' }
export const nowS = 1_780_000_000

export const rules = (given: object): GlobusAccess => globusAccess.parse({ clientId, clientSecret: '${env:SECRET}', allowedDomains: ['anl.gov', 'alcf.anl.gov'], ...given })

interface Somebody {
  /** Usernames of the session's identities, in order. */
  readonly signedIn: readonly string[]
  /** Of other identities of the set. */
  readonly linked?: readonly string[]
  readonly groups?: readonly string[]
  /** By policy. */
  readonly policies?: Readonly<Record<string, boolean>>
  readonly token?: object
}

/** What Globus says of somebody; the id of `ada@anl.gov` is `id-ada@anl.gov`, and the provider `idp-anl.gov`. */
export function facts({ signedIn, linked = [], groups: memberOf = [], policies, token = {} }: Somebody): Facts {
  const identityOf = (username: string): object => ({ sub: `id-${username}`, username, name: `Name of ${username}`, identity_provider: providerOf(username), identity_provider_display_name: `Provider ${username.split('@')[1] ?? ''}` })
  return {
    groups: memberOf,
    token: activeToken.parse({
      active: true,
      scope: `openid ${scope}`,
      client_id: 'some-client',
      sub: 'id-of-the-token',
      username: signedIn[0] ?? '',
      name: 'Somebody',
      exp: nowS + 3_600,
      aud: [clientId],
      iss: 'https://auth.globus.org',
      identity_set_detail: [...linked, ...signedIn].map(identityOf),
      session_info: { session_id: 's', authentications: Object.fromEntries(signedIn.map((username, at) => [`id-${username}`, { idp: providerOf(username), auth_time: nowS - 100 - at, acr: null, amr: null }])) },
      ...(policies !== undefined && { policy_evaluations: Object.fromEntries(Object.entries(policies).map(([id, evaluation]) => [id, { evaluation }])) }),
      ...token,
    }),
  }
}

const providerOf = (username: string): string => `idp-${username.split('@')[1] ?? ''}`
