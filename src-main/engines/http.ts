import type { IncomingMessage, ServerResponse } from 'node:http'
import { FirstError } from '@shared/errors'

/** @throws FirstError `body_too_large`; what is still on its way is then read and dropped, so that the caller sees the answer. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += part.length
    if (sizeBytes > limitBytes) {
      request.resume()
      throw new FirstError('body_too_large', `The body is larger than ${limitBytes / 2 ** 20} MB.`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

export function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }).end(text)
}

/** OpenAI's shape of an error; once a stream has begun, an event of that stream. */
export function sendError(response: ServerResponse, error: FirstError): void {
  const body = { error: { message: error.message, type: error.kind.type, param: error.param ?? null, code: error.code } }
  if (response.headersSent) response.end(`data: ${JSON.stringify(body)}\n\n`)
  else sendJson(response, error.kind.status, body, error.code === 'body_too_large' ? { connection: 'close' } : {})
}
