import { personOf } from '../world'
import { parseScopes, pathsOf } from './scopes'
import type { AuthState } from './state'
import { issueTokens, type TokenAnswer } from './token-answer'

/** A sign-in with no browser and no code, for tests that are about what comes after. */
export interface DirectSignIn {
  readonly username: string
  readonly client: string
  /** As in authorize, with dependents in brackets. */
  readonly scope: string
  /** Other identities of the same person that sign in too. */
  readonly alsoAs?: readonly string[]
  /** Default true: with refresh tokens. */
  readonly isOffline?: boolean
}

export function signInDirectly({ username, client, scope, alsoAs = [], isOffline = true }: DirectSignIn, auth: AuthState): TokenAnswer {
  const person = personOf(auth.world().people, username)
  if (person === undefined) throw new Error(`nobody is called ${username}`)
  const signed = person.identities.filter((identity) => identity.username === username || alsoAs.includes(identity.username))
  const authentications = new Map(signed.map(({ id, provider }) => [id, { provider, authTimeS: auth.clock.nowS(), hasMfa: false }]))
  const asked = parseScopes(scope)
  auth.consents.add(person, client, pathsOf(asked, (urn) => auth.scope(urn)))
  const session = { id: `direct-${username}`, authentications }
  const [root, ...others] = issueTokens({ client, person, session, paths: asked.map(({ urn }) => urn) }, isOffline, auth)
  if (root === undefined) throw new Error(`none of the scopes exists: ${scope}`)
  return { ...root, other_tokens: others }
}
