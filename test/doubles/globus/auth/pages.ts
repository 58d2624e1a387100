import { domainOf, type GlobusIdentity, type IdentityProvider } from '../world'
import type { AuthorizeRequest } from './authorize-request'

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem}button,select,input{font:inherit;padding:.4rem .8rem;margin:.3rem .5rem .3rem 0}form{display:inline}li button{width:100%;text-align:left}ul{padding-left:1.2rem}[role=alert]{border-left:4px solid #b00;padding-left:1rem}'

export function page(title: string, main: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)} - Globus (double)</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${main}</main></body></html>`
}

const form = (action: string, inner: string): string => `<form method="post"><input type="hidden" name="action" value="${action}">${inner}</form>`
const button = (label: string, value?: string): string => `<button type="submit"${value === undefined ? '' : ` name="value" value="${escape(value)}"`}>${escape(label)}</button>`
const action = (name: string, label: string): string => form(name, button(label))
const cancel = action('deny', 'Cancel')
const message = ({ message: text }: AuthorizeRequest): string => (text === undefined ? '' : `<p role="note">${escape(text)}</p>`)

function demands({ demands: { policies, domains, identities, needsMfa } }: AuthorizeRequest): string {
  const lines = [
    ...policies.map(({ name }) => `Policy: ${name}`),
    ...(domains.length > 0 ? [`An identity from ${domains.join(' or ')}`] : []),
    ...identities.map((identity) => `The identity ${identity}`),
    ...(needsMfa ? ['A second factor'] : []),
  ]
  return lines.length === 0 ? '' : `<p>What is required:</p><ul>${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`
}

export function providerPage(request: AuthorizeRequest, providers: readonly IdentityProvider[]): string {
  const wanted = new Set([...request.demands.domains, ...request.demands.policies.flatMap(({ domains }) => domains ?? []), ...request.demands.identities.map(domainOf)])
  const suggested = providers.find(({ domain }) => wanted.has(domain))
  const options = providers.map((provider) => `<option value="${escape(provider.id)}"${provider === suggested ? ' selected' : ''}>${escape(provider.name)}</option>`).join('')
  return page(
    `Log in to use ${request.client.name}`,
    `${message(request)}${demands(request)}${form('provider', `<p><label for="provider">Identity provider</label><br><select id="provider" name="value">${options}</select></p>${button('Continue')}`)}${cancel}`,
  )
}

export function identityPage(provider: IdentityProvider, identities: readonly GlobusIdentity[]): string {
  const list = identities.map(({ id, username }) => `<li>${form('identity', button(`Log in as ${username}`, id))}</li>`).join('')
  return page(`Log in with ${provider.name}`, `<ul>${list}</ul>${action('back', 'Use another identity provider')}${cancel}`)
}

export function unmetPage(reasons: readonly string[]): string {
  return page('This identity does not do', `<div role="alert">${reasons.map((reason) => `<p>${escape(reason)}</p>`).join('')}</div>${action('back', 'Log in with another identity')}${cancel}`)
}

export const mfaPage = (): string => page('Second factor', `<p>Confirm on your second device.</p>${action('mfa', 'Approve second factor')}${cancel}`)

export function consentPage(request: AuthorizeRequest, username: string, descriptions: readonly string[]): string {
  const label = request.label === undefined ? '' : `<p><label for="label">Label for this access</label><br><input id="label" name="label" value="${escape(request.label)}"></p>`
  const scopes = descriptions.map((description) => `<li>${escape(description)}</li>`).join('')
  return page(`${request.client.name} would like to`, `${message(request)}<ul aria-label="Access">${scopes}</ul><p>You are logged in as ${escape(username)}.</p>${form('allow', label + button('Allow'))}${action('deny', 'Deny')}`)
}

export function codePageOf(query: URLSearchParams): string {
  const code = query.get('code')
  if (code === null) return page('No authorization code', `<p role="alert">${escape(query.get('error_description') ?? query.get('error') ?? 'The address holds no code.')}</p>`)
  return page('Your authorization code', `<p><label for="code">Authorization code</label><br><input id="code" readonly size="40" value="${escape(code)}"></p><p>Copy it, and paste it where you were asked for it.</p>`)
}

export const problemPage = (text: string): string => page('This request cannot be shown', `<p role="alert">${escape(text)}</p>`)

export function loggedOutPage(redirectUri: string | null): string {
  const link = redirectUri !== null && /^https?:\/\//.test(redirectUri) ? `<p><a href="${escape(redirectUri)}">Go on</a></p>` : ''
  return page('You are logged out', `<p>Tokens that were given to apps go on until they are revoked.</p>${link}`)
}
