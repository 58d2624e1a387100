import type { AuthReason, SessionDemands } from './auth-reason'

/** What one sign-in asks for to meet all; where two name other domains or identities, the later. */
export function joinSessions(...asked: readonly (SessionDemands | undefined)[]): SessionDemands {
  const joined = Object.assign({}, ...asked) as SessionDemands
  const policies = [...new Set(asked.flatMap((one) => one?.policies ?? []))]
  return { ...joined, ...(policies.length > 0 && { policies }) }
}

/** Several reasons as one that a single sign-in mends: the first says why. @returns undefined where there is none */
export function joinReasons(reasons: readonly AuthReason[]): AuthReason | undefined {
  const [first, ...others] = reasons
  if (first === undefined || others.length === 0) return first
  const session = joinSessions(...others.map((one) => one.session), first.session)
  const requiredScopes = [...new Set(reasons.flatMap((one) => one.requiredScopes ?? []))]
  return { ...first, ...(Object.keys(session).length > 0 && { session }), ...(requiredScopes.length > 0 && { requiredScopes }) }
}
