import { bearerOf, type Call, type Refusal } from '../http/call'
import { urnOf } from './scopes'
import type { AuthState } from './state'
import type { AccessToken } from './tokens'

export interface Needs {
  readonly resourceServer: string
  /** One of these. */
  readonly scopes: readonly string[]
  /** How the service says that the token is missing or dead (401), and that it lacks a scope (403). */
  readonly unauthorized: () => Refusal
  readonly forbidden: () => Refusal
}

/** The caller's token, which must be for this service. */
export function bearerToken(call: Call, needs: Needs, auth: AuthState): AccessToken {
  const token = auth.tokens.access(bearerOf(call) ?? '')
  if (token?.resourceServer !== needs.resourceServer) throw needs.unauthorized()
  if (!token.paths.some((path) => needs.scopes.includes(urnOf(path)))) throw needs.forbidden()
  return token
}
