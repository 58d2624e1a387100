import { FirstError } from '@shared/errors'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import type { ResponseStore } from './response-store'

/** `GET /v1/responses/{id}`. @throws FirstError `not_found` */
export function keptResponse(store: ResponseStore, { identity }: Grant, { params }: Call): object {
  const kept = store.get(params.response ?? '', identity.id)
  if (kept === undefined) throw notKept(params.response)
  return kept.response
}

/** `DELETE /v1/responses/{id}`. @throws FirstError `not_found` */
export function deleteResponse(store: ResponseStore, { identity }: Grant, { params: { response: id = '' } }: Call): object {
  if (!store.remove(id, identity.id)) throw notKept(id)
  return { id, object: 'response', deleted: true }
}

const notKept = (id = ''): FirstError =>
  new FirstError('not_found', `There is no response "${id}" here: it was not kept, it has expired, or it is another caller's.`, { action: 'Send the whole conversation in input.' })
