import { z } from 'zod'

/** What the next sign-in must ask Globus Auth for. */
export const sessionDemands = z.object({
  /** UUIDs. */
  policies: z.array(z.string().max(200)).max(50).exactOptional(),
  domains: z.array(z.string().max(253)).max(50).exactOptional(),
  identities: z.array(z.string().max(253)).max(50).exactOptional(),
  needsMfa: z.boolean().exactOptional(),
  /** Shown by Globus on its page. */
  message: z.string().max(1000).exactOptional(),
  /** `prompt=login`: whoever is signed in with Globus signs in again. */
  isFresh: z.boolean().exactOptional(),
})
export type SessionDemands = z.infer<typeof sessionDemands>

/**
 * `sign_in`: there is no token that is good. `policy`, `identity_provider`, `consent`: the next sign-in must ask for more. `not_member`,
 * `terminal`: no sign-in of this person helps. `transient`: the site could not tell now.
 */
export const authReasonKind = z.enum(['sign_in', 'policy', 'consent', 'identity_provider', 'not_member', 'terminal', 'transient'])
export type AuthReasonKind = z.infer<typeof authReasonKind>

/** Why a site, or a service of Globus, did not take a token. */
export const authReason = z.object({
  kind: authReasonKind,
  /** For the person, with a full stop. */
  sentence: z.string(),
  session: sessionDemands.exactOptional(),
  requiredScopes: z.array(z.string()).exactOptional(),
  /** A token that is renewed without the person is tried first. */
  mayRenew: z.boolean().exactOptional(),
})
export type AuthReason = z.infer<typeof authReason>

const mended: ReadonlySet<AuthReasonKind> = new Set(['sign_in', 'policy', 'consent', 'identity_provider'])

/** Whether another sign-in of the same person helps. */
export const isMendedBySignIn = ({ kind }: AuthReason): boolean => mended.has(kind)
