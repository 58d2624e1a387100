import { personOf, type IdentityProvider } from '../world'
import type { AuthorizeRequest } from './authorize-request'
import { lacksMfa, unmetDemands } from './policies'
import { pathsOf } from './scopes'
import { approveMfa, sessionOf, signIn, type BrowserSession } from './session'
import type { AuthState } from './state'

/** One sign-in under way in one browser. */
export interface LoginFlow {
  readonly id: string
  readonly request: AuthorizeRequest
  readonly browser: BrowserSession
  provider: IdentityProvider | undefined
  /** Whether somebody signed in for this very request. */
  hasSignedIn: boolean
}

/** Which page comes next. */
export type LoginStep =
  | { readonly kind: 'provider' }
  | { readonly kind: 'identity'; readonly provider: IdentityProvider }
  /** Somebody signed in, but not as the client demands. */
  | { readonly kind: 'unmet'; readonly reasons: readonly string[] }
  | { readonly kind: 'mfa' }
  | { readonly kind: 'consent' }

export function nextStep({ request, browser, provider, hasSignedIn }: LoginFlow, nowS: number): LoginStep {
  if (provider !== undefined) return { kind: 'identity', provider }
  if (browser.person === undefined || (request.mustSignIn && !hasSignedIn)) return { kind: 'provider' }
  const reasons = unmetDemands(request.demands, browser.person, browser, nowS)
  if (reasons.length > 0) return hasSignedIn ? { kind: 'unmet', reasons } : { kind: 'provider' }
  return lacksMfa(request.demands, browser) ? { kind: 'mfa' } : { kind: 'consent' }
}

/** What a button of a page does. */
export type LoginAction =
  | { readonly action: 'provider'; readonly value: string }
  | { readonly action: 'identity'; readonly value: string }
  | { readonly action: 'back' | 'mfa' }

export function act(flow: LoginFlow, action: LoginAction, auth: AuthState): void {
  const { providers, people } = auth.world()
  switch (action.action) {
    case 'provider':
      flow.provider = providers.find(({ id }) => id === action.value)
      return
    case 'identity': {
      const person = personOf(people, action.value)
      const identity = person?.identities.find(({ id }) => id === action.value)
      if (person === undefined || identity === undefined || identity.provider !== flow.provider?.id) return
      signIn(flow.browser, person, identity, auth.clock.nowS())
      flow.hasSignedIn = true
      flow.provider = undefined
      return
    }
    case 'back':
      flow.provider = undefined
      flow.hasSignedIn = false
      return
    case 'mfa':
      approveMfa(flow.browser)
  }
}

/** Keeps the consent and makes a code; only at the step of consent, so that no button can be skipped. */
export function allow(flow: LoginFlow, auth: AuthState): string | undefined {
  const { request, browser } = flow
  if (browser.person === undefined || nextStep(flow, auth.clock.nowS()).kind !== 'consent') return undefined
  const paths = pathsOf(request.scopes, (urn) => auth.scope(urn))
  auth.consents.add(browser.person, request.client.id, paths)
  return auth.codes.issue({
    client: request.client.id,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    state: request.state,
    isOffline: request.isOffline,
    paths: paths.filter((path) => !path.includes(' ')),
    person: browser.person,
    session: sessionOf(browser),
  })
}
