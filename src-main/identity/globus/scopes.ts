import type { SiteConfig } from '@shared/config/sites'

/** Who somebody is: asked for at every sign-in. */
export const ownScopes = ['openid', 'profile', 'email'] as const
/** The resource server of those. */
export const authServer = 'auth.globus.org'

const purposes: Readonly<Record<string, string>> = {
  [authServer]: 'who you are',
  funcx_service: 'functions on clusters (Globus Compute)',
  'transfer.api.globus.org': 'moving files (Globus Transfer)',
  'groups.api.globus.org': 'your groups (Globus Groups)',
}

/** What a token is for, in words. */
export function purposeOf(resourceServer: string, site: SiteConfig | undefined): string {
  if (resourceServer === site?.resourceServer) return `models of ${site.title}`
  return purposes[resourceServer] ?? 'files of a collection, or another service'
}

/** Every scope once; one with dependents (`a[*b]`) comes in place of the same without. */
export function joinScopes(...lists: readonly (readonly string[] | undefined)[]): string[] {
  const all = [...new Set(lists.flatMap((list) => list ?? []))]
  return all.filter((scope) => scope.includes('[') || !all.some((other) => other.startsWith(`${scope}[`)))
}
