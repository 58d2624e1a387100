import type { IncomingHttpHeaders } from 'node:http'
import { scopeOf, type GlobusAccess } from '@shared/config/globus-access'
import { NotAdmitted } from './not-admitted'

/**
 * The first check of FIRST's order: exactly two words, exactly `Bearer`. Anthropic's clients send the token as `x-api-key`.
 * @throws NotAdmitted with FIRST's texts
 */
export function bearerToken(rules: GlobusAccess, { authorization = '', 'x-api-key': apiKey }: IncomingHttpHeaders): string {
  if (authorization === '' && typeof apiKey === 'string' && apiKey !== '') return apiKey
  const requirement = { code: 'AuthorizationRequired', required_scopes: [scopeOf(rules)] } as const
  if (authorization === '') {
    const message = "Error: Missing ('Authorization': 'Bearer <your-access-token>') in request headers."
    throw new NotAdmitted(message, { requirement, beside: { detail: message } })
  }
  const [scheme, token, ...more] = authorization.trim().split(/\s+/)
  if (token === undefined || more.length > 0) throw new NotAdmitted('Error: Auth only allows header type Authorization: Bearer <token>.', { requirement })
  if (scheme !== 'Bearer') throw new NotAdmitted('Authorization type should be Bearer.', { requirement })
  return token
}
