import { domainOf, type Person, type Policy } from '../world'
import type { Authentication, AuthSession } from './session'

/** What a sign-in must have, from the query of authorize or from a GARE. */
export interface SessionDemands {
  readonly policies: readonly Policy[]
  /** One identity of any of these. */
  readonly domains: readonly string[]
  /** Each of these, by id or username. */
  readonly identities: readonly string[]
  readonly needsMfa: boolean
}

type Signed = Pick<AuthSession, 'authentications'>

/** Whether a session meets a policy, counted from the time of signing in: renewing tokens does not make it younger. */
export function meetsPolicy(policy: Policy, person: Person, session: Signed, nowS: number): boolean {
  return person.identities.some(({ id, username }) => {
    const signed = session.authentications.get(id)
    return signed !== undefined && isIn(policy.domains, username) && isYoung(policy, signed, nowS) && (policy.needsMfa !== true || signed.hasMfa)
  })
}

/** What is missing besides a second factor, as sentences; none: the sign-in will do. */
export function unmetDemands(demands: SessionDemands, person: Person, session: Signed, nowS: number): string[] {
  const signed = person.identities.filter(({ id }) => session.authentications.has(id))
  const unmet = demands.policies.filter((policy) => !meetsPolicy({ ...policy, needsMfa: false }, person, session, nowS)).map(({ name }) => `The policy “${name}” is not met.`)
  if (demands.domains.length > 0 && !signed.some(({ username }) => demands.domains.includes(domainOf(username)))) unmet.push(`An identity from ${demands.domains.join(' or ')} is required.`)
  for (const wanted of demands.identities) if (!signed.some(({ id, username }) => id === wanted || username === wanted)) unmet.push(`The identity ${wanted} is required.`)
  return unmet
}

export function lacksMfa(demands: SessionDemands, session: Signed): boolean {
  const isWanted = demands.needsMfa || demands.policies.some(({ needsMfa }) => needsMfa === true)
  return isWanted && ![...session.authentications.values()].some(({ hasMfa }) => hasMfa)
}

const isIn = (domains: readonly string[] | undefined, username: string): boolean => domains === undefined || domains.includes(domainOf(username))
const isYoung = ({ maxAgeS }: Policy, { authTimeS }: Authentication, nowS: number): boolean => maxAgeS === undefined || nowS - authTimeS <= maxAgeS
