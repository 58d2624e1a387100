import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { readTokenAnswer, type TokenAnswer } from './token-answer'

export interface AuthClientDeps {
  readonly agent: Dispatcher
  /** Origin of Globus Auth. */
  readonly authUrl: string
  /** For one call; default 15 s. */
  readonly timeoutMs?: number
}

/** Globus Auth itself said no to what was asked, by a code of OAuth; `invalid_grant` is for good. */
export class GlobusRefusal extends Error {
  constructor(
    readonly status: number,
    /** Such as `invalid_grant`. */
    readonly code: string,
  ) {
    super(`Globus Auth refused with ${status} (${code})`)
    this.name = 'GlobusRefusal'
  }
}

export interface Person {
  readonly sub: string
  readonly username: string
  readonly name: string
  readonly provider?: string
}

/**
 * Globus Auth, as a public client speaks to it. No error of it holds a token.
 * @throws (each method) GlobusRefusal; FirstError `upstream_unreachable`, `upstream_error` or `upstream_garbled`, which another try may mend
 */
export interface AuthClient {
  exchange(request: { readonly clientId: string; readonly code: string; readonly verifier: string; readonly redirectUri: string }): Promise<TokenAnswer>
  refresh(request: { readonly clientId: string; readonly refreshToken: string }): Promise<TokenAnswer>
  revoke(request: { readonly clientId: string; readonly token: string }): Promise<void>
  userinfo(accessToken: string): Promise<Person>
}

const usualTimeoutMs = 15_000
/** Answers are a few kilobytes. */
const limitBytes = 1_000_000

const errorAnswer = z.looseObject({ error: z.string().regex(/^[\w. -]{1,64}$/) })
const userinfoAnswer = z.looseObject({ sub: z.string().min(1), preferred_username: z.string().nullish(), name: z.string().nullish(), identity_provider_display_name: z.string().nullish() })

/** The published SDK is not used here: it turns every failed refresh into null and loses a refresh token that does not come anew (wire/globus.md, "Traps"). */
export function createAuthClient({ agent, authUrl, timeoutMs = usualTimeoutMs }: AuthClientDeps): AuthClient {
  const { origin, host, pathname } = new URL(authUrl)
  const base = pathname.replace(/\/+$/, '')

  const ask = async (path: string, request: { readonly form?: Readonly<Record<string, string>>; readonly bearer?: string }): Promise<unknown> => {
    const signal = AbortSignal.timeout(timeoutMs)
    let status: number
    let text: string
    try {
      const answer = await agent.request({
        origin,
        path: `${base}${path}`,
        method: request.form === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(request.form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(request.bearer !== undefined && { authorization: `Bearer ${request.bearer}` }),
        },
        ...(request.form !== undefined && { body: new URLSearchParams(request.form).toString() }),
        signal,
      })
      status = answer.statusCode
      text = await read(answer.body)
    } catch (cause) {
      if (cause instanceof FirstError) throw cause
      throw new FirstError('upstream_unreachable', signal.aborted ? `Globus (${host}) did not answer in time.` : `Globus (${host}) cannot be reached.`, { cause, action: 'Check the network; it is tried again by itself.' })
    }
    return judge(status, parse(text))
  }

  const judge = (status: number, json: unknown): unknown => {
    if (status === 200 && json !== undefined) return json
    // A redirect would take a token, or a code, to a host that nobody chose.
    if (status < 400) throw new FirstError('upstream_garbled', `Globus (${host}) did not answer as it should (${status}).`)
    if (status === 408 || status === 429 || status >= 500) throw new FirstError('upstream_error', `Globus (${host}) has a fault of its own (${status}).`)
    const said = errorAnswer.safeParse(json).data
    // The page of a proxy, or of a maintenance.
    if (said === undefined) throw new FirstError('upstream_garbled', `Globus (${host}) did not answer as it should (${status}).`)
    throw new GlobusRefusal(status, said.error)
  }

  const token = async (form: Readonly<Record<string, string>>): Promise<TokenAnswer> => {
    const answer = readTokenAnswer(await ask('/v2/oauth2/token', { form }))
    if (answer === undefined) throw new FirstError('upstream_garbled', `Globus (${host}) answered with something that is no token.`)
    return answer
  }

  return {
    exchange: ({ clientId, code, verifier, redirectUri }) => token({ grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier, redirect_uri: redirectUri }),
    refresh: ({ clientId, refreshToken }) => token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }),
    async revoke({ clientId, token: value }) {
      await ask('/v2/oauth2/token/revoke', { form: { client_id: clientId, token: value } })
    },
    async userinfo(accessToken) {
      const said = userinfoAnswer.safeParse(await ask('/v2/oauth2/userinfo', { bearer: accessToken })).data
      if (said === undefined) throw new FirstError('upstream_garbled', `Globus (${host}) did not say who this is.`)
      const provider = said.identity_provider_display_name
      return { sub: said.sub, username: said.preferred_username ?? '', name: said.name ?? '', ...(provider != null && { provider }) }
    },
  }
}

async function read(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of body) {
    sizeBytes += part.length
    if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', 'Globus answered with far more than a token.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
