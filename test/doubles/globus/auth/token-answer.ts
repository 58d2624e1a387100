import type { Grant } from './tokens'
import { scopeText } from './tokens'
import { below, urnOf, type ConsentPath } from './scopes'
import type { AuthState } from './state'

/** A token as it goes out, in the spelling of the wire. */
export interface TokenFields {
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in: number
  readonly token_type: 'Bearer'
  readonly scope: string
  readonly resource_server: string
  readonly state?: string
}

export interface TokenAnswer extends TokenFields {
  readonly id_token?: string
  readonly other_tokens: readonly TokenFields[]
}

/** An access token, with a refresh token where the grant is for when nobody is there. */
export function issueToken(grant: Grant, isOffline: boolean, auth: AuthState): TokenFields {
  const token = auth.tokens.issue(grant)
  return {
    access_token: token.value,
    ...(isOffline && { refresh_token: auth.tokens.issueRefresh(grant).value }),
    expires_in: token.expiresAtS - token.issuedAtS,
    token_type: 'Bearer',
    scope: scopeText(grant),
    resource_server: grant.resourceServer,
  }
}

/** One token for each resource server, in the order of the servers' names: not the one that was asked in. */
export function issueTokens(grant: Omit<Grant, 'resourceServer'>, isOffline: boolean, auth: AuthState): TokenFields[] {
  const byServer = new Map<string, ConsentPath[]>()
  for (const path of grant.paths) {
    const server = auth.scope(urnOf(path))?.resourceServer
    if (server !== undefined) byServer.set(server, [...(byServer.get(server) ?? []), path])
  }
  return [...byServer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([resourceServer, paths]) => issueToken({ ...grant, resourceServer, paths }, isOffline, auth))
}

/** What the scopes of a token depend on, as their owner says now. */
export function dependentPaths({ paths }: Pick<Grant, 'paths'>, auth: AuthState): ConsentPath[] {
  return paths.flatMap((path) => (auth.scope(urnOf(path))?.dependents ?? []).map(({ scope }) => below(path, scope)))
}
