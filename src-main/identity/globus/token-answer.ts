import { z } from 'zod'

const fields = z.object({
  access_token: z.string().min(1).max(16_384).regex(/^[\x21-\x7e]+$/),
  refresh_token: z.string().min(1).max(16_384).nullish(),
  expires_in: z.number().nonnegative(),
  token_type: z.string().regex(/^bearer$/i),
  scope: z.string(),
  resource_server: z.string().min(1),
  id_token: z.string().nullish(),
})
/** The answer of Globus' token endpoint: one token for each resource server, the first of them at the root. */
const tokenAnswer = fields.extend({ other_tokens: z.array(fields).max(100).nullish() })

/** One token as it came, for one resource server. */
export interface IssuedToken {
  readonly resourceServer: string
  readonly accessToken: string
  readonly refreshToken?: string
  readonly scopes: readonly string[]
  /** Seconds from when it was asked for. */
  readonly expiresInS: number
}

export interface TokenAnswer {
  readonly tokens: readonly IssuedToken[]
  /** The identity, where `openid` was granted and the answer says whose it is. */
  readonly sub?: string
}

/** @returns undefined where the JSON is none of Globus' */
export function readTokenAnswer(json: unknown): TokenAnswer | undefined {
  const answer = tokenAnswer.safeParse(json).data
  if (answer === undefined) return undefined
  const all = [answer, ...(answer.other_tokens ?? [])]
  const sub = all.flatMap(({ id_token: token }) => (token == null ? [] : [subOf(token)]))[0]
  return {
    tokens: all.map((one) => ({
      resourceServer: one.resource_server,
      accessToken: one.access_token,
      ...(one.refresh_token != null && { refreshToken: one.refresh_token }),
      scopes: one.scope.split(' ').filter((scope) => scope !== ''),
      expiresInS: one.expires_in,
    })),
    ...(sub !== undefined && { sub }),
  }
}

const claims = z.object({ sub: z.string().min(1) })

/** Who an id_token is about. It came over TLS from the one who signs it, which stands for its signature (OpenID Connect Core, 3.1.3.7). */
function subOf(idToken: string): string | undefined {
  try {
    return claims.safeParse(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'))).data?.sub
  } catch {
    return undefined
  }
}
