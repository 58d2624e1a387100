import type { ServerResponse } from 'node:http'
import type { FirstError } from '@shared/errors'
import type { Door } from './call'
import { RefusedByUpstream } from './upstream-errors'

/** An error in the shape of the door it goes out by (wire/first.md, "Errors"; OpenAI's API reference, "Errors"). */
export function errorBody(error: FirstError, door: Door): object {
  if (door === 'first') return { error: { code: error.code, message: error.message, info: { action: error.kind.action, ...error.info } } }
  const passed = error instanceof RefusedByUpstream ? error.passed : undefined
  return { error: { message: error.message, type: passed?.type ?? error.kind.type, param: error.param ?? null, code: passed?.code ?? error.code } }
}

export function statusOf(error: FirstError): number {
  return error instanceof RefusedByUpstream ? error.status : error.kind.status
}

/** Seconds that go with every 429 and 503 that names none. */
const defaultRetryAfterS = 5

/**
 * Tells the caller, if it is still there: as an answer, or after the first streamed byte as an event of the stream and its end.
 * @returns the status that the caller saw.
 */
export function answerError(response: ServerResponse, error: FirstError, door: Door): number {
  const status = statusOf(error)
  if (response.headersSent) {
    if (!response.writableEnded) response.end(`data: ${JSON.stringify(errorBody(error, door))}\n\n`)
    return response.statusCode
  }
  if (response.destroyed) return status
  if (error.retryAfterS !== undefined) response.setHeader('retry-after', error.retryAfterS)
  else if (status === 429 || status === 503) response.setHeader('retry-after', defaultRetryAfterS)
  if (status === 401) response.setHeader('www-authenticate', 'Bearer')
  sendJson(response, status, errorBody(error, door))
  return status
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length })
  response.end(bytes)
}
