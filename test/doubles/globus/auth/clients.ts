import { formOf, type Call } from '../http/call'
import type { AuthClient } from '../world'
import { authError } from './errors'
import type { AuthState } from './state'

/** Name and secret of `Authorization: Basic …`, each decoded as a form's field (RFC 6749, section 2.3.1). */
function basicOf(call: Call): { readonly id: string; readonly secret: string } | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(call.headers.authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
  return { id, secret }
}

/** The confidential client that signed the request. @throws 401 `invalid_client` */
export function confidentialClient(call: Call, auth: AuthState): AuthClient {
  const basic = basicOf(call)
  const client = basic === undefined ? undefined : auth.client(basic.id)
  if (basic === undefined || client?.kind !== 'confidential' || client.secret !== basic.secret) throw authError(401, 'invalid_client', 'Client authentication failed.')
  return client
}

/** A confidential client that signed, or a native one that names itself. @throws 401 `invalid_client` */
export function anyClient(call: Call, auth: AuthState): AuthClient {
  if (basicOf(call) !== undefined) return confidentialClient(call, auth)
  const client = auth.client(formOf(call).get('client_id') ?? '')
  if (client?.kind !== 'native') throw authError(401, 'invalid_client', 'The client is not known, or must authenticate.')
  return client
}
