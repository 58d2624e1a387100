import { FirstError } from '@shared/errors'
import { z } from 'zod'
import type { GatewayHttp } from './gateway-http'

export interface SentFile {
  readonly file: Blob
  readonly filename: string
  /** Bytes that have gone so far, a little more than the file's in the end. */
  readonly onProgress?: (bytes: number) => void
  readonly signal?: AbortSignal
}

/** Streams a file to the core. @returns its id there */
export type SendFile = (sent: SentFile) => Promise<string>

const storedFile = z.object({ id: z.string() })

export function createSendFile(http: GatewayHttp): SendFile {
  return async ({ file, filename, onProgress, signal }) => {
    await requireReadable(file, filename)
    const body = new FormData()
    body.append('purpose', 'batch')
    body.append('file', file, filename)
    const answer = await http.call({ method: 'POST', path: '/files', body, ...(onProgress && { onProgress }), ...(signal && { signal }) })
    return storedFile.parse(JSON.parse(await answer.text())).id
  }
}

/** A file that was changed or moved since it was dropped looks like a network that is cut, unless it is tried first. */
async function requireReadable(file: Blob, filename: string): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch (cause) {
    throw new FirstError('invalid_request', `“${filename}” was moved or changed since it was chosen.`, { cause, action: 'Choose it again.' })
  }
}
