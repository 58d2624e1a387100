import { FirstError } from '@shared/errors'
import { signInNeed } from '@shared/globus/sign-in-need'
import type { SiteTokens } from '../identity/globus/site-tokens'

/**
 * Looks whether there is a token of each, so that a person is asked once for all that is missing.
 * @throws FirstError `sign_in_needed` that names every scope; whatever else keeps a token from being had
 */
export async function agreeToAll(all: readonly SiteTokens[], site: SiteTokens, title: string): Promise<void> {
  const missing: string[] = []
  for (const one of all) {
    try {
      await one.token()
    } catch (cause) {
      const reason = cause instanceof FirstError ? signInNeed.safeParse(cause.info).data?.reason : undefined
      if (reason?.kind !== 'consent') throw cause
      missing.push(...(reason.requiredScopes ?? []))
    }
  }
  if (missing.length > 0) throw site.site.error({ kind: 'consent', sentence: `${title} needs your consent to copy the files of batches to it and back.`, requiredScopes: missing })
}
