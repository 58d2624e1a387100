import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock'
import type { Person } from '../world'
import { urnOf, type ConsentPath } from './scopes'
import type { AuthSession } from './session'

/** What a token is for, and by whose leave. */
export interface Grant {
  readonly client: string
  readonly person: Person
  readonly resourceServer: string
  readonly paths: readonly ConsentPath[]
  readonly session: AuthSession
}

export interface AccessToken extends Grant {
  readonly value: string
  readonly issuedAtS: number
  readonly expiresAtS: number
}

export interface RefreshToken extends Grant {
  readonly value: string
  lastUsedAtS: number
}

export interface TokenLifetimes {
  /** Seconds; default 48 hours. */
  readonly accessS: number
  /** Seconds without use; default six months. */
  readonly refreshIdleS: number
}

export const usualLifetimes: TokenLifetimes = { accessS: 172_800, refreshIdleS: 183 * 86_400 }

export interface TokenStore {
  issue(grant: Grant): AccessToken
  issueRefresh(grant: Grant): RefreshToken
  /** Undefined when it is unknown, revoked or expired. */
  access(value: string): AccessToken | undefined
  /** The same, and it counts as used. */
  useRefresh(value: string): RefreshToken | undefined
  /** Of this client's tokens only. */
  revoke(value: string, client: string): void
  /** All of a person's, as an administrator can. */
  revokeAll(username: string): void
  setLifetimes(lifetimes: Partial<TokenLifetimes>): void
  lifetimes(): TokenLifetimes
  /** Every token there ever was, to look for in logs. */
  values(): string[]
}

export const scopeText = ({ paths }: Pick<Grant, 'paths'>): string => paths.map(urnOf).join(' ')

export function createTokenStore(clock: Clock): TokenStore {
  const access = new Map<string, AccessToken>()
  const refresh = new Map<string, RefreshToken>()
  const revoked = new Set<string>()
  let lifetimes = usualLifetimes
  return {
    issue(grant) {
      const issuedAtS = clock.nowS()
      const token = { ...grant, value: `Ag${randomBytes(32).toString('base64url')}`, issuedAtS, expiresAtS: issuedAtS + lifetimes.accessS }
      access.set(token.value, token)
      return token
    },
    issueRefresh(grant) {
      const token = { ...grant, value: `Ar${randomBytes(32).toString('base64url')}`, lastUsedAtS: clock.nowS() }
      refresh.set(token.value, token)
      return token
    },
    access(value) {
      const token = access.get(value)
      return token === undefined || revoked.has(value) || token.expiresAtS <= clock.nowS() ? undefined : token
    },
    useRefresh(value) {
      const token = refresh.get(value)
      if (token === undefined || revoked.has(value) || clock.nowS() - token.lastUsedAtS > lifetimes.refreshIdleS) return undefined
      token.lastUsedAtS = clock.nowS()
      return token
    },
    revoke(value, client) {
      if ((access.get(value) ?? refresh.get(value))?.client === client) revoked.add(value)
    },
    revokeAll(username) {
      for (const { value, person } of [...access.values(), ...refresh.values()]) if (person.identities.some((identity) => identity.username === username)) revoked.add(value)
    },
    setLifetimes: (change) => void (lifetimes = { ...lifetimes, ...change }),
    lifetimes: () => lifetimes,
    values: () => [...access.keys(), ...refresh.keys()],
  }
}
