import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bearerToken } from '../auth/bearer'
import { httpsScope } from '../auth/own-scopes'
import type { AuthState } from '../auth/state'
import { Refusal, type Call, type Reply, type Route } from '../http/call'
import { mayAccess, placeOf, type HostedCollection } from './collections'

const refusal = (status: number, code: string, message: string): Refusal => new Refusal({ status, body: { DATA_TYPE: 'result#1.0.0', code, http_response_code: status, message } })

/** Files of one collection over HTTPS: GET with a range, PUT and DELETE. */
export function httpsRoutes(collection: HostedCollection, auth: AuthState): readonly Route[] {
  const reach = (call: Call, need: 'r' | 'rw'): string => {
    const { person } = bearerToken(
      call,
      {
        resourceServer: collection.id,
        scopes: [httpsScope(collection.id)],
        unauthorized: () => refusal(401, 'authentication_required', 'A valid token for this collection is required.'),
        forbidden: () => refusal(403, 'permission_denied', 'The token lacks the scope https of this collection.'),
      },
      auth,
    )
    const path = `/${call.param('*')}`
    const place = placeOf(collection, path)
    if (place === undefined || !mayAccess(collection, person.identities, path, need)) throw refusal(403, 'permission_denied', `You may not use ${path}.`)
    return place
  }

  const get = async (call: Call): Promise<Reply> => {
    const place = reach(call, 'r')
    if ((await stat(place).catch(() => undefined))?.isFile() !== true) throw refusal(404, 'not_found', 'There is no such file.')
    const bytes = await readFile(place)
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '') ?? []
    const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' }
    if (first === undefined) return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes }
    if (Number(first) >= bytes.length) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } }
    const part = bytes.subarray(Number(first), last === '' ? undefined : Number(last) + 1)
    return { status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`, 'content-length': String(part.length) }, body: part }
  }

  const put = async (call: Call): Promise<Reply> => {
    const place = reach(call, 'rw')
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, call.bytes)
    return { status: 200, body: { DATA_TYPE: 'result#1.0.0', code: 'success', http_response_code: 200, message: 'The file was written.' } }
  }

  const remove = async (call: Call): Promise<Reply> => {
    const place = reach(call, 'rw')
    if ((await stat(place).catch(() => undefined))?.isFile() !== true) throw refusal(404, 'not_found', 'There is no such file.')
    await rm(place)
    return { status: 200, body: { DATA_TYPE: 'result#1.0.0', code: 'success', http_response_code: 200, message: 'The file was removed.' } }
  }

  return [
    { method: 'GET', path: '/*', handle: get },
    { method: 'HEAD', path: '/*', handle: async (call) => ({ ...(await get(call)), body: '' }) },
    { method: 'PUT', path: '/*', handle: put },
    { method: 'DELETE', path: '/*', handle: remove },
  ]
}
