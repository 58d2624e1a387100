import type { IncomingMessage } from 'node:http'
import { FirstError } from '@shared/errors'

/**
 * The whole body; it is given up as soon as it is known to be too long, and the rest of it is dropped as it comes, so that the caller sees the answer.
 * @throws FirstError `body_too_large`, `cancelled` when the caller leaves before its end.
 */
export function readBody(request: IncomingMessage, limitBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let sizeBytes = 0
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd)
      signal.removeEventListener('abort', onAbort)
    }
    const refuse = (): void => {
      stop()
      request.resume()
      reject(new FirstError('body_too_large', `The body is larger than ${Math.floor((limitBytes / 2 ** 20) * 100) / 100} MB, the limit of this gateway.`))
    }
    const onData = (part: Buffer): void => {
      sizeBytes += part.length
      if (sizeBytes > limitBytes) refuse()
      else parts.push(part)
    }
    const onEnd = (): void => {
      stop()
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, sizeBytes))
    }
    const onAbort = (): void => {
      stop()
      reject(signal.reason as Error)
    }
    if (signal.aborted) onAbort()
    else if (Number(request.headers['content-length'] ?? 0) > limitBytes) refuse()
    else {
      signal.addEventListener('abort', onAbort)
      request.on('data', onData).on('end', onEnd)
    }
  })
}
