import { firstErrorBody, oldErrorBody } from '../first/errors'
import type { AuthReason, AuthReasonKind, SessionDemands } from './auth-reason'
import { readGare } from './gare'

/** Of a site, what its reasons are told with. */
export interface SiteDemands {
  /** As people call it. */
  readonly title: string
  readonly policies: readonly string[]
  readonly domains: readonly string[]
}

interface Text {
  readonly parts: readonly string[]
  readonly kind: AuthReasonKind
  readonly sentence: (site: SiteDemands) => string
  /** The site's policies go with the next sign-in, and whoever is signed in signs in again. */
  readonly isOfSession?: true
  readonly mayRenew?: true
}

/** FIRST's texts; the first that is in the message counts (wire/globus.md, "How a FIRST gateway reports an auth failure"). */
const texts: readonly Text[] = [
  { parts: ['Permission denied from internal policies'], kind: 'policy', isOfSession: true, sentence: ({ title }) => `${title} asks for a fresh sign-in: its policy says so.` },
  { parts: ['Must authenticate with'], kind: 'identity_provider', isOfSession: true, sentence: ({ title, domains }) => `${title} wants a sign-in with ${domains.length === 0 ? 'another identity provider' : `an account of ${domains.join(' or ')}`}.` },
  { parts: ['Could not inspect session info'], kind: 'sign_in', isOfSession: true, sentence: ({ title }) => `${title} cannot tell how you signed in, and asks you to do so again.` },
  { parts: ['not active or invalid', 'Access token expired'], kind: 'sign_in', mayRenew: true, sentence: ({ title }) => `Your sign-in to ${title} has ended.` },
  { parts: ['Globus Group restrictions', 'IdP domain restrictions'], kind: 'terminal', sentence: ({ title }) => `${title} does not open this model to your groups or your institution.` },
  { parts: ['Globus Group'], kind: 'not_member', sentence: ({ title }) => `${title} admits members of certain Globus groups only, and you are in none of them.` },
  { parts: ['Could not introspect', 'Could not recover dependent', 'Could not recover user group'], kind: 'transient', sentence: ({ title }) => `${title} could not check your sign-in just now.` },
]

const byText = (site: SiteDemands, { kind, sentence, isOfSession, mayRenew }: Text): AuthReason => {
  const session: SessionDemands = { isFresh: true, ...(site.policies.length > 0 && { policies: [...site.policies] }), ...(kind === 'identity_provider' && site.domains.length > 0 && { domains: [...site.domains] }) }
  return { kind, sentence: sentence(site), ...(isOfSession === true && { session }), ...(mayRenew === true && { mayRenew }) }
}

/**
 * Why a site refused a token, by its answer. Whatever a 401 says that is not known is taken for a token that has ended.
 * @returns undefined where the answer is about something else
 */
export function reasonOfSite({ status, body }: { readonly status: number; readonly body: string }, site: SiteDemands): AuthReason | undefined {
  if (status !== 400 && status !== 401 && status !== 403) return undefined
  const json = parse(body)
  const gare = readGare(json, site.title)
  if (gare !== undefined) return gare
  const message = firstErrorBody.safeParse(json).data?.error.message ?? oldErrorBody.safeParse(json).data?.detail ?? (status === 401 ? body : '')
  const known = status === 403 ? undefined : texts.find(({ parts }) => parts.some((part) => message.includes(part)))
  if (known !== undefined) return byText(site, known)
  const isUnknown = status === 401 || (status === 400 && /^Error: Missing \(/.test(message))
  return isUnknown ? { kind: 'sign_in', sentence: `${site.title} did not take your sign-in.`, mayRenew: true } : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
