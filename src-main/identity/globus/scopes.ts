import type { SiteConfig } from '@shared/config/sites'
import type { AuthReason } from '@shared/globus/auth-reason'
import { computeService } from '@shared/globus/services'
import type { TokenRecord } from './token-store'

/** Who somebody is: asked for at every sign-in. */
export const ownScopes = ['openid', 'profile', 'email'] as const
/** The resource server of those. */
export const authServer = 'auth.globus.org'

const purposes: Readonly<Record<string, string>> = {
  [authServer]: 'who you are',
  [computeService.resourceServer]: 'functions on clusters (Globus Compute)',
  'transfer.api.globus.org': 'moving files (Globus Transfer)',
  'groups.api.globus.org': 'your groups (Globus Groups)',
}

/** What a token is for, in words. */
export function purposeOf(resourceServer: string, site: SiteConfig | undefined): string {
  if (resourceServer === site?.resourceServer) return `models of ${site.title}`
  return purposes[resourceServer] ?? 'files of a collection, or another service'
}

/** Whether there is a token, and for a scope; what depends on the scope (`a[*b]`) is not told. */
export function isFor(record: TokenRecord | undefined, scope: string | undefined): record is TokenRecord {
  return record !== undefined && (scope === undefined || record.scopes.includes(scope.replace(/\[.*$/, '')))
}

/** What is missing where there is no such token. */
export function consentTo(resourceServer: string, site: SiteConfig | undefined, scope: string | undefined): AuthReason {
  return { kind: 'consent', sentence: `${site?.title ?? 'The site'} needs your consent to ${purposeOf(resourceServer, site)}.`, ...(scope !== undefined && { requiredScopes: [scope] }) }
}

/** Every scope once; one with dependents (`a[*b]`) comes in place of the same without. */
export function joinScopes(...lists: readonly (readonly string[] | undefined)[]): string[] {
  const all = [...new Set(lists.flatMap((list) => list ?? []))]
  return all.filter((scope) => scope.includes('[') || !all.some((other) => other.startsWith(`${scope}[`)))
}
