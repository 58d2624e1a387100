import { randomUUID } from 'node:crypto'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { jsonOf, ok, type Call, type Reply, type Route } from '../http/call'
import { mayAccess, placeOf, type HostedCollection } from './collections'
import { transferError } from './errors'
import { checkDataAccess, collectionOf, transferToken, type TransferState } from './state'

function document({ id, name, owner, httpsUrl }: HostedCollection): object {
  return { DATA_TYPE: 'endpoint', id, display_name: name, owner_id: owner, https_server: httpsUrl ?? null, entity_type: 'GCSv5_guest_collection', activated: true }
}

/** The place of a path that the caller may use so. */
function reach(call: Call, path: string, need: 'r' | 'rw', state: TransferState): string {
  const token = transferToken(call, state)
  const collection = collectionOf(call, call.param('id'), state)
  checkDataAccess(call, collection, token, state)
  const place = placeOf(collection, path)
  if (place === undefined || !mayAccess(collection, token.person.identities, path, need)) throw transferError(call, 403, 'EndpointPermissionDenied', `Path not allowed: ${path}`)
  return place
}

async function list(call: Call, state: TransferState): Promise<Reply> {
  const path = call.url.searchParams.get('path') ?? '/'
  const place = reach(call, path, 'r', state)
  const names = await readdir(place).catch(() => undefined)
  if (names === undefined) throw transferError(call, 404, 'ClientError.NotFound', `Directory '${path}' not found`)
  const entries = await Promise.all(
    names.sort().map(async (name) => {
      const found = await stat(join(place, name))
      return { DATA_TYPE: 'file', name, type: found.isDirectory() ? 'dir' : 'file', size: found.size, last_modified: found.mtime.toISOString() }
    }),
  )
  return ok({ DATA_TYPE: 'file_list', path, endpoint: call.param('id'), DATA: entries })
}

async function makeFolder(call: Call, state: TransferState): Promise<Reply> {
  const { path } = jsonOf(call, z.object({ DATA_TYPE: z.literal('mkdir'), path: z.string() }), () => transferError(call, 400, 'ClientError.BadRequest', 'A mkdir document has a path'))
  const place = reach(call, path, 'rw', state)
  if ((await stat(place).catch(() => undefined)) !== undefined) throw transferError(call, 502, 'ExternalError.MkdirFailed.Exists', `Path '${path}' already exists`)
  await mkdir(place, { recursive: true })
  return { status: 202, body: { DATA_TYPE: 'mkdir_result', code: 'DirectoryCreated', message: 'The directory was created successfully', request_id: randomUUID().slice(0, 9), resource: call.url.pathname } }
}

function rules(call: Call, state: TransferState): Reply {
  const { person } = transferToken(call, state)
  const collection = collectionOf(call, call.param('id'), state)
  if (!person.identities.some(({ id }) => id === collection.owner)) throw transferError(call, 403, 'PermissionDenied', 'Only the owner of a collection sees its access list')
  return ok({ DATA_TYPE: 'access_list', endpoint: collection.id, DATA: collection.rules.map(({ id, principal, path, permissions }) => ({ DATA_TYPE: 'access', id, principal_type: 'identity', principal, path, permissions })) })
}

export function transferEndpointRoutes(state: TransferState): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v0.10/endpoint/:id',
      handle: (call) => {
        transferToken(call, state)
        return ok(document(collectionOf(call, call.param('id'), state)))
      },
    },
    { method: 'GET', path: '/v0.10/endpoint/:id/access_list', handle: (call) => rules(call, state) },
    { method: 'GET', path: '/v0.10/operation/endpoint/:id/ls', handle: (call) => list(call, state) },
    { method: 'POST', path: '/v0.10/operation/endpoint/:id/mkdir', handle: (call) => makeFolder(call, state) },
  ]
}
