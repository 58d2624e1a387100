import type { IssuedToken } from './token-answer'
import type { TokenRecord } from './token-store'

/**
 * A token as it is kept. Its end is counted on our own clock from when it was asked for: Globus' clock need not agree with ours.
 * @param oldRefreshToken stays where no new one came
 */
export function toRecord({ resourceServer, accessToken, refreshToken, scopes, expiresInS }: IssuedToken, askedAtMs: number, oldRefreshToken?: string): TokenRecord {
  const kept = refreshToken ?? oldRefreshToken
  return { resourceServer, accessToken, scopes: [...scopes], expiresAtMs: askedAtMs + expiresInS * 1000, ...(kept !== undefined && { refreshToken: kept }) }
}
