import type { GlobusIdentity, Person } from '../world'

/** That an identity signed in. */
export interface Authentication {
  readonly provider: string
  /** Unix seconds. */
  readonly authTimeS: number
  readonly hasMfa: boolean
}

/** Who signed in and when; tokens keep the one they were given with, whatever the browser does later. */
export interface AuthSession {
  readonly id: string
  readonly authentications: ReadonlyMap<string, Authentication>
}

/** A browser, known by its cookie. */
export interface BrowserSession {
  readonly id: string
  person: Person | undefined
  readonly authentications: Map<string, Authentication>
}

export const createBrowserSession = (id: string): BrowserSession => ({ id, person: undefined, authentications: new Map() })

/** Somebody who is not linked takes the place of who was there. */
export function signIn(browser: BrowserSession, person: Person, identity: GlobusIdentity, authTimeS: number): void {
  if (browser.person !== person) signOut(browser)
  browser.person = person
  browser.authentications.set(identity.id, { provider: identity.provider, authTimeS, hasMfa: false })
}

export function signOut(browser: BrowserSession): void {
  browser.person = undefined
  browser.authentications.clear()
}

export function approveMfa(browser: BrowserSession): void {
  for (const [id, authentication] of browser.authentications) browser.authentications.set(id, { ...authentication, hasMfa: true })
}

export const sessionOf = ({ id, authentications }: BrowserSession): AuthSession => ({ id, authentications: new Map(authentications) })
