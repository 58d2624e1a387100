import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { createBrowser, type Visitor } from '../../doubles/globus/browse'
import type { Globus } from '../../doubles/globus/globus'
import { ids } from '../../doubles/globus/usual-world'

const tokenFields = { access_token: z.string(), refresh_token: z.string().optional(), expires_in: z.number(), token_type: z.literal('Bearer'), scope: z.string(), resource_server: z.string(), state: z.string().optional() }
export const tokenAnswer = z.object({ ...tokenFields, id_token: z.string().optional(), other_tokens: z.array(z.object(tokenFields)) })
export type Tokens = z.infer<typeof tokenAnswer>

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

export const ada: Visitor = { provider: 'Argonne National Laboratory', username: 'ada@anl.gov' }
export const adaAtAlcf: Visitor = { provider: 'Argonne LCF', username: 'ada@alcf.anl.gov' }
export const grace: Visitor = { provider: 'University of Chicago', username: 'grace@uchicago.edu' }
export const redirectUri = 'http://127.0.0.1:45678'

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

export const withToken = (token: string): { readonly headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${token}` } })
export const postJson = (url: string, token: string, body: object): Promise<Answer> => send(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** A native client as RFC 8252 and 7636 have it. */
export function createClient(globus: Globus, clientId: string = ids.nativeClient) {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const postForm = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> => send(`${globus.url.auth}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) })
  const authorizeUrl = (query: Record<string, string> = {}): string => {
    const all = { client_id: clientId, redirect_uri: redirectUri, scope: `openid profile email ${ids.gatewayScope}`, state: 'state-1', response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256', access_type: 'offline', ...query }
    return `${globus.url.auth}/v2/oauth2/authorize?${new URLSearchParams(all).toString()}`
  }
  const exchange = (code: string, fields: Record<string, string> = {}): Promise<Answer> => postForm('/v2/oauth2/token', { grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier, redirect_uri: redirectUri, ...fields })
  const codeFor = async (visitor: Visitor, query: Record<string, string> = {}, browser = createBrowser()): Promise<string> => (await browser.authorize(authorizeUrl(query), visitor)).searchParams.get('code') ?? ''
  return {
    verifier,
    authorizeUrl,
    postForm,
    exchange,
    codeFor,
    async signIn(visitor: Visitor, query: Record<string, string> = {}, browser = createBrowser()): Promise<Tokens> {
      const { status, body } = await exchange(await codeFor(visitor, query, browser))
      expect(status).toBe(200)
      return tokenAnswer.parse(body)
    },
    refresh: (refreshToken: string): Promise<Answer> => postForm('/v2/oauth2/token', { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }),
    /** With the confidential client of the gateway. */
    asGateway: (path: string, fields: Record<string, string>, secret: string = ids.gatewaySecret): Promise<Answer> => postForm(path, fields, { authorization: `Basic ${Buffer.from(`${ids.gateway}:${secret}`).toString('base64')}` }),
  }
}
export type Client = ReturnType<typeof createClient>

/** Of all that came together, the one for a resource server. */
export function tokenFor(tokens: Tokens, resourceServer: string): { readonly access_token: string; readonly refresh_token: string } {
  const found = [tokens, ...tokens.other_tokens].find((token) => token.resource_server === resourceServer)
  if (found === undefined) throw new Error(`no token for ${resourceServer}`)
  return { access_token: found.access_token, refresh_token: found.refresh_token ?? '' }
}
