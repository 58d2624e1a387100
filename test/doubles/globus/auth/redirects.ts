import type { AuthClient } from '../world'

/** The page that shows the code, as clients name it. */
export const codePage = '/v2/web/auth-code'
const publicCodePage = `https://auth.globus.org${codePage}`

/** Any port of this machine and no path: what is known to be taken for native clients without being registered. */
const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1):[1-9]\d{0,4}\/?$/

/** The page that shows the code may be named by its public address or by the double's own, which is the same page. */
export function mayRedirect(client: AuthClient, redirectUri: string, ownUrl: string): boolean {
  const asRegistered = redirectUri === `${ownUrl}${codePage}` ? publicCodePage : redirectUri
  return client.redirectUris.includes(asRegistered) || (client.kind === 'native' && loopback.test(redirectUri))
}

/** Where the browser is sent: with the answer in the query. */
export function redirectTarget(redirectUri: string, answer: Readonly<Record<string, string | undefined>>, ownUrl: string): string {
  const target = new URL(redirectUri === publicCodePage ? `${ownUrl}${codePage}` : redirectUri)
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) target.searchParams.set(name, value)
  return target.toString()
}
