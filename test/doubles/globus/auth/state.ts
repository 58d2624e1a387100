import type { Clock } from '../clock'
import type { AuthClient, Policy, Scope, World } from '../world'
import { createCodes, type Codes } from './codes'
import { createConsents, type Consents } from './consents'
import { ownScopes } from './own-scopes'
import { createTokenStore, type TokenStore } from './tokens'

/** What Globus Auth remembers. */
export interface AuthState {
  readonly clock: Clock
  readonly tokens: TokenStore
  readonly codes: Codes
  readonly consents: Consents
  world(): World
  setWorld(change: Partial<World>): void
  client(id: string): AuthClient | undefined
  policy(id: string): Policy | undefined
  scope(urn: string): Scope | undefined
  /** Origin of the service. */
  ownUrl(): string
  /** Whether a refresh gives a new refresh token, and ends the old one. */
  rotatesRefreshTokens: boolean
}

export interface AuthStateDeps {
  readonly clock: Clock
  readonly world: World
  /** Scopes of collections and flows. */
  readonly moreScopes: () => readonly Scope[]
  readonly ownUrl: () => string
}

export function createAuthState({ clock, world: first, moreScopes, ownUrl }: AuthStateDeps): AuthState {
  let world = first
  return {
    clock,
    tokens: createTokenStore(clock),
    codes: createCodes(clock),
    consents: createConsents(),
    world: () => world,
    setWorld: (change) => void (world = { ...world, ...change }),
    client: (id) => world.clients.find((client) => client.id === id),
    policy: (id) => world.policies.find((policy) => policy.id === id),
    scope: (urn) => [...ownScopes, ...world.scopes, ...moreScopes()].find((scope) => scope.urn === urn),
    ownUrl,
    rotatesRefreshTokens: false,
  }
}
