/** Somebody's name at one identity provider. `username` is `name@domain`. */
export interface GlobusIdentity {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly email: string
  /** Id of the identity provider. */
  readonly provider: string
}

/** Identities that are linked; the first is the primary one, a token's `sub`. */
export interface Person {
  readonly identities: readonly [GlobusIdentity, ...GlobusIdentity[]]
}

export interface IdentityProvider {
  readonly id: string
  readonly name: string
  readonly domain: string
}

export interface AuthClient {
  readonly id: string
  readonly name: string
  /** A native client has no secret, must use PKCE, and may have its answer sent to any port of this machine. */
  readonly kind: 'native' | 'confidential'
  readonly secret?: string
  /** Matched letter by letter. */
  readonly redirectUris: readonly string[]
}

export interface DependentScope {
  readonly scope: string
  /** Granted only where it is asked for: `scope[*dependent]`. */
  readonly isOptional?: boolean
}

export interface Scope {
  readonly urn: string
  readonly resourceServer: string
  /** What the page of consent says. */
  readonly description: string
  readonly dependents?: readonly DependentScope[]
}

export interface Policy {
  readonly id: string
  readonly name: string
  /** Domains of usernames of which one must have signed in; absent: any. */
  readonly domains?: readonly string[]
  /** How long ago that may have been; absent: at any time. */
  readonly maxAgeS?: number
  readonly needsMfa?: boolean
}

export interface Membership {
  /** Id of the identity. */
  readonly identity: string
  readonly role: 'member' | 'manager' | 'admin'
  readonly status: 'active' | 'invited' | 'pending' | 'rejected' | 'removed' | 'left' | 'declined'
}

export interface Group {
  readonly id: string
  readonly name: string
  readonly members: readonly Membership[]
}

/** Who and what there is besides Compute and Transfer. */
export interface World {
  readonly providers: readonly IdentityProvider[]
  readonly people: readonly Person[]
  readonly clients: readonly AuthClient[]
  /** Besides those of Globus' own services. */
  readonly scopes: readonly Scope[]
  readonly policies: readonly Policy[]
  readonly groups: readonly Group[]
}

export const domainOf = (username: string): string => username.slice(username.lastIndexOf('@') + 1)

/** A program that signs in for itself is an identity too. */
export const clientAsPerson = ({ id, name }: AuthClient): Person => ({ identities: [{ id, username: `${id}@clients.auth.globus.org`, name, email: '', provider: 'clients' }] })

export function personOf(people: readonly Person[], usernameOrId: string): Person | undefined {
  return people.find(({ identities }) => identities.some(({ id, username }) => id === usernameOrId || username === usernameOrId))
}
