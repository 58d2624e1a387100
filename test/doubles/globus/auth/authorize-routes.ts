import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { cookieOf, formOf, html, redirect, type Call, type Reply, type Route } from '../http/call'
import { readAuthorizeRequest, Rejected, Untrusted, type AuthorizeRequest } from './authorize-request'
import { act, allow, nextStep, type LoginFlow } from './login-flow'
import { codePageOf, consentPage, identityPage, loggedOutPage, mfaPage, problemPage, providerPage, unmetPage } from './pages'
import { codePage, redirectTarget } from './redirects'
import { pathsOf, urnOf } from './scopes'
import { createBrowserSession, signOut, type BrowserSession } from './session'
import type { AuthState } from './state'

const cookie = 'globus_double_session'
const posted = z.discriminatedUnion('action', [
  z.object({ action: z.literal('provider'), value: z.string() }),
  z.object({ action: z.literal('identity'), value: z.string() }),
  z.object({ action: z.enum(['back', 'mfa']) }),
  z.object({ action: z.enum(['allow', 'deny']) }),
])

const usernamesOf = ({ person, authentications }: BrowserSession): string[] => (person?.identities ?? []).filter(({ id }) => authentications.has(id)).map(({ username }) => username)

/** What people see: signing in, agreeing, the page of the code, and logging out. */
export function authorizeRoutes(auth: AuthState): readonly Route[] {
  const browsers = new Map<string, BrowserSession>()
  const flows = new Map<string, LoginFlow>()
  const newId = (): string => randomBytes(16).toString('base64url')

  const start = (request: AuthorizeRequest, call: Call): Reply => {
    const known = browsers.get(cookieOf(call, cookie) ?? '')
    const browser = known ?? createBrowserSession(newId())
    browsers.set(browser.id, browser)
    const flow: LoginFlow = { id: newId(), request, browser, provider: undefined, hasSignedIn: false }
    flows.set(flow.id, flow)
    return redirect(`/p/login/${flow.id}`, known === undefined ? { 'set-cookie': `${cookie}=${browser.id}; Path=/; HttpOnly; SameSite=Lax` } : {})
  }

  const authorize = (call: Call): Reply => {
    try {
      return start(readAuthorizeRequest(call.url.searchParams, auth), call)
    } catch (cause) {
      if (cause instanceof Untrusted) return html(400, problemPage(cause.message))
      if (cause instanceof Rejected) return redirect(redirectTarget(cause.redirectUri, { error: cause.error, error_description: cause.message, state: cause.state }, auth.ownUrl()))
      throw cause
    }
  }

  const pageOf = (flow: LoginFlow): Reply => {
    const { providers, people } = auth.world()
    const step = nextStep(flow, auth.clock.nowS())
    switch (step.kind) {
      case 'provider':
        return html(200, providerPage(flow.request, providers))
      case 'identity':
        return html(200, identityPage(step.provider, people.flatMap(({ identities }) => identities.filter(({ provider }) => provider === step.provider.id))))
      case 'unmet':
        return html(200, unmetPage(step.reasons))
      case 'mfa':
        return html(200, mfaPage())
      case 'consent': {
        const urns = new Set(pathsOf(flow.request.scopes, (urn) => auth.scope(urn)).map(urnOf))
        return html(200, consentPage(flow.request, usernamesOf(flow.browser).join(', '), [...urns].map((urn) => auth.scope(urn)?.description ?? urn)))
      }
    }
  }

  const finish = (flow: LoginFlow, answer: Readonly<Record<string, string | undefined>>): Reply => {
    flows.delete(flow.id)
    return redirect(redirectTarget(flow.request.redirectUri, { ...answer, state: flow.request.state }, auth.ownUrl()))
  }

  const submit = (flow: LoginFlow, call: Call): Reply => {
    const form = posted.safeParse(Object.fromEntries(formOf(call)))
    if (!form.success) return html(400, problemPage('The form holds no action that is known.'))
    const again = redirect(`/p/login/${flow.id}`)
    switch (form.data.action) {
      case 'deny':
        return finish(flow, { error: 'access_denied', error_description: 'The resource owner denied the request.' })
      case 'allow': {
        const code = allow(flow, auth)
        return code === undefined ? again : finish(flow, { code })
      }
      default:
        act(flow, form.data, auth)
        return again
    }
  }

  /** A flow is of the browser that began it. */
  const withFlow = (handle: (flow: LoginFlow, call: Call) => Reply) => (call: Call): Reply => {
    const flow = flows.get(call.param('flow'))
    if (flow === undefined || flow.browser.id !== cookieOf(call, cookie)) return html(404, problemPage('This sign-in is over, or began in another browser.'))
    return handle(flow, call)
  }

  const logOut = (call: Call): Reply => {
    const browser = browsers.get(cookieOf(call, cookie) ?? '')
    if (browser !== undefined) signOut(browser)
    return html(200, loggedOutPage(call.url.searchParams.get('redirect_uri')))
  }

  return [
    { method: 'GET', path: '/v2/oauth2/authorize', handle: authorize },
    { method: 'GET', path: '/p/login/:flow', handle: withFlow(pageOf) },
    { method: 'POST', path: '/p/login/:flow', handle: withFlow(submit) },
    { method: 'GET', path: codePage, handle: (call) => html(200, codePageOf(call.url.searchParams)) },
    { method: 'GET', path: '/v2/web/logout', handle: logOut },
  ]
}
