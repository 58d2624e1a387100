import { z } from 'zod'
import type { AuthReason, AuthReasonKind, SessionDemands } from './auth-reason'

/** Lists of old servers come as one text between commas, or as a single word. */
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').filter((word) => word !== ''))])
const scopes = z.union([z.array(z.string()), z.string().transform((text) => text.split(' ').filter((word) => word !== ''))])

const parameters = z.looseObject({
  session_message: z.string().nullish(),
  session_required_identities: list.nullish(),
  session_required_policies: list.nullish(),
  session_required_single_domain: list.nullish(),
  session_required_mfa: z.union([z.boolean(), z.string().transform((text) => text.toLowerCase() === 'true')]).nullish(),
  required_scopes: scopes.nullish(),
  prompt: z.string().nullish(),
})
type Parameters = z.infer<typeof parameters>

/** The error itself, and what Transfer, the Action Provider of a flow and Flows say in its place. */
const requirements = z.looseObject({ code: z.string().optional(), authorization_parameters: parameters })
const consentRequired = z.looseObject({ code: z.enum(['ConsentRequired', 'CONSENT_REQUIRED']), required_scopes: scopes.nullish(), required_scope: scopes.nullish() })
const dependentConsent = z.looseObject({ error: z.literal('dependent_consent_required'), errors: z.array(z.looseObject({ unapproved_scopes: scopes.optional() })).optional(), unapproved_scopes: scopes.optional() })
const nesting = z.looseObject({ error: z.unknown().optional(), errors: z.array(z.unknown()).max(20).catch([]), detail: z.unknown().optional(), info: z.unknown().optional(), debug: z.unknown().optional() })

/** Errors hold errors; deeper ones are not of Globus. */
const mostDepth = 3

/**
 * A Globus Auth Requirements Error, in any of the shapes in which services send it (wire/globus.md, "GARE"). @param who asks for it: `ALCF`
 * @returns undefined where the body holds none
 */
export function readGare(body: unknown, who: string): AuthReason | undefined {
  const found = find(body, mostDepth)
  return found === undefined ? undefined : reasonOf(found, who)
}

function find(body: unknown, depth: number): Parameters | undefined {
  const named = requirements.safeParse(body).data
  if (named !== undefined && Object.values(named.authorization_parameters).some((value) => value != null)) return withScopes(named.authorization_parameters, consentRequired.safeParse(body).data)
  const consent = consentRequired.safeParse(body).data
  if (consent !== undefined) return withScopes({}, consent)
  const dependent = dependentConsent.safeParse(body).data
  if (dependent !== undefined) return { required_scopes: [...(dependent.unapproved_scopes ?? []), ...(dependent.errors ?? []).flatMap(({ unapproved_scopes: unapproved = [] }) => unapproved)] }
  const inner = depth === 0 ? undefined : nesting.safeParse(body).data
  if (inner === undefined) return undefined
  for (const one of [...inner.errors, inner.error, inner.info, inner.detail, inner.debug]) {
    const found = find(one, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

function withScopes(found: Parameters, consent: z.infer<typeof consentRequired> | undefined): Parameters {
  const required = [...(found.required_scopes ?? []), ...(consent?.required_scopes ?? []), ...(consent?.required_scope ?? [])]
  return { ...found, ...(required.length > 0 && { required_scopes: [...new Set(required)] }) }
}

function reasonOf(found: Parameters, who: string): AuthReason {
  const required = found.required_scopes ?? []
  const session: SessionDemands = {
    ...(hasAny(found.session_required_policies) && { policies: found.session_required_policies }),
    ...(hasAny(found.session_required_single_domain) && { domains: found.session_required_single_domain }),
    ...(hasAny(found.session_required_identities) && { identities: found.session_required_identities }),
    ...(found.session_required_mfa === true && { needsMfa: true }),
    ...(found.session_message != null && { message: found.session_message }),
    ...(found.prompt === 'login' && { isFresh: true }),
  }
  const kind = kindOf(session, required)
  return { kind, sentence: sentenceOf(kind, session, who), ...(Object.keys(session).length > 0 && { session }), ...(required.length > 0 && { requiredScopes: required }) }
}

const hasAny = (entries: readonly string[] | null | undefined): entries is string[] => entries != null && entries.length > 0

/** Who is to sign in comes before how: whoever is not of the domain meets no policy by signing in again. */
function kindOf({ policies, domains, identities, needsMfa }: SessionDemands, required: readonly string[]): AuthReasonKind {
  if (domains !== undefined || identities !== undefined) return 'identity_provider'
  if (policies !== undefined || needsMfa === true) return 'policy'
  return required.length > 0 ? 'consent' : 'sign_in'
}

function sentenceOf(kind: AuthReasonKind, { domains, identities, needsMfa }: SessionDemands, who: string): string {
  if (kind === 'consent') return `${who} needs your consent to one thing more.`
  if (identities !== undefined) return `${who} asks you to sign in as ${identities.join(' or ')}.`
  if (domains !== undefined) return `${who} wants a sign-in with an account of ${domains.join(' or ')}.`
  if (needsMfa === true) return `${who} asks for a sign-in with a second factor.`
  return kind === 'policy' ? `${who} asks for a fresh sign-in: its policy says so.` : `${who} asks you to sign in again.`
}
