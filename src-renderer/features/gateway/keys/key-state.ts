import type { IssuedKey } from '@shared/rpc/contract'

export type KeyState = 'valid' | 'expired' | 'revoked'

export function keyStateOf({ revokedAtMs, expiresAtMs }: Pick<IssuedKey, 'revokedAtMs' | 'expiresAtMs'>, nowMs: number): KeyState {
  if (revokedAtMs !== undefined) return 'revoked'
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : 'valid'
}

/** What a key may do, in a few words. */
export function scopeWords(scopes: IssuedKey['scopes']): string {
  if (scopes === undefined) return 'Every model'
  const models = scopes.models === undefined ? undefined : listed(scopes.models, 'model')
  const clusters = scopes.clusters === undefined ? undefined : listed(scopes.clusters, 'server')
  const reach = models === undefined ? (clusters === undefined ? 'Every model' : `Models of ${clusters}`) : clusters === undefined ? models : `${models} on ${clusters}`
  return scopes.isAdmin === true ? `${reach}, admin` : reach
}

/** One or two by name, more by their number. */
function listed(names: readonly string[], noun: string): string {
  return names.length <= 2 ? names.join(' and ') || `no ${noun}` : `${names.length} ${noun}s`
}
