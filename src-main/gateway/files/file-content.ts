import { create as contentDisposition } from 'content-disposition'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { scopeOf, type Work } from '../work'

/**
 * `GET /v1/files/{id}/content`: the bytes as they are, from the disk as fast as the caller takes them.
 * @throws FirstError `file_not_found`, `cancelled` when the caller leaves
 */
export async function fileContent({ files }: Work, grant: Grant, { params, response, cancellation }: Call): Promise<void> {
  const { id, filename } = files.get(params.file ?? '', scopeOf(grant))
  const handle = await open(files.pathOf(id)).catch((cause: unknown) => {
    if (!isErrno(cause, 'ENOENT')) throw cause
    throw new FirstError('file_not_found', `The content of the file "${id}" is gone from the disk.`, { param: 'file_id' })
  })
  try {
    const { size } = await handle.stat()
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size, 'content-disposition': contentDisposition(filename) })
    await pipeline(handle.createReadStream({ autoClose: false }), response)
  } catch (cause) {
    if (!isErrno(cause, 'ERR_STREAM_PREMATURE_CLOSE')) throw cause
    throw cancellation.reason ?? new FirstError('cancelled', 'The caller left before the file was whole.', { cause })
  } finally {
    await handle.close()
  }
}
