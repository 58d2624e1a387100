import { FirstError } from '@shared/errors'
import { fileQuery, fileToWire, type WireFile } from '@shared/openai/files'
import { pageOf, type Page } from '@shared/openai/page'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { readQuery } from '../checked-input'
import { scopeOf, type Work } from '../work'

/** `GET /v1/files`: newest first, unless asked otherwise. @throws FirstError `invalid_request` */
export function listFiles({ files }: Work, grant: Grant, call: Call): Page<WireFile> {
  const { purpose, order, limit, after } = readQuery(call, fileQuery)
  const found = files.list(scopeOf(grant)).filter((file) => purpose === undefined || file.purpose === purpose)
  const page = pageOf((order === 'asc' ? found : found.toReversed()).map(fileToWire), { limit, after })
  if (page === undefined) throw new FirstError('invalid_request', `"after" names the file "${after ?? ''}", which is not in this list.`, { param: 'after' })
  return page
}

/** `GET /v1/files/{id}`. @throws FirstError `file_not_found` */
export const showFile = ({ files }: Work, grant: Grant, { params }: Call): WireFile => fileToWire(files.get(params.file ?? '', scopeOf(grant)))

/** `DELETE /v1/files/{id}`. @throws FirstError `file_not_found`; `file_in_use` while a batch reads it */
export async function deleteFile({ files, batches }: Work, grant: Grant, { params: { file: id = '' } }: Call): Promise<object> {
  files.get(id, scopeOf(grant))
  const reader = batches.readerOf(id)
  if (reader !== undefined) throw new FirstError('file_in_use', `The batch "${reader}" is under way and reads this file.`, { param: 'file_id' })
  await files.remove(id)
  return { id, object: 'file', deleted: true }
}
