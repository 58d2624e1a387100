import type { Operation } from '@shared/domain/model'
import type { FirstError } from '@shared/errors'
import { messagesErrorBody } from '../translate/messages/ending'
import { formatSse, typedEvent } from '../translate/sse'
import type { Call, Shape } from './call'
import { RefusedByUpstream } from './upstream-errors'

/** An error in the shape of the door it goes out by (wire/first.md, "Errors"; OpenAI's and Anthropic's API references, "Errors"). */
export function errorBody(error: FirstError, shape: Shape): object {
  const body = shapedBody(error, shape)
  return error.beside === undefined ? body : { ...body, ...error.beside }
}

function shapedBody(error: FirstError, shape: Shape): object {
  if (shape === 'anthropic') return messagesErrorBody(error, statusOf(error))
  if (shape === 'first') return error.kind.status === 422 ? { detail: error.info?.['detail'] } : { error: { code: error.code, message: error.message, info: { action: error.kind.action, ...error.info } } }
  const passed = error instanceof RefusedByUpstream ? error.passed : undefined
  // Who asks for a sign-in says which: a window offers it, and a script shows it.
  const signIn = error.code === 'sign_in_needed' ? { info: { action: error.kind.action, ...error.info } } : {}
  return { error: { message: error.message, type: passed?.type ?? error.kind.type, param: error.param ?? null, code: passed?.code ?? error.code, ...signIn } }
}

/** An error as an event of a stream that is under way; `sequence` counts the events before it, where the protocol does. */
export function errorEvent(error: FirstError, operation: Operation | undefined, { shape, sequence }: { readonly shape: Shape; readonly sequence: number }): string {
  if (operation === 'messages') return formatSse({ name: 'error', data: JSON.stringify(messagesErrorBody(error, statusOf(error))) })
  if (operation === 'responses') return formatSse(typedEvent('error', { code: error.code, message: error.message, param: error.param ?? null, sequence_number: sequence }))
  return formatSse({ data: JSON.stringify(errorBody(error, shape)) })
}

export function statusOf(error: FirstError): number {
  return error instanceof RefusedByUpstream ? error.status : error.kind.status
}

/** Seconds that go with every 429 and 503 that names none. */
const defaultRetryAfterS = 5

/**
 * Tells the caller, if it is still there: as an answer, or in a stream that is under way as an event and its end.
 * @returns the status that the caller saw.
 */
export function answerError({ response, outlet, shape, route }: Pick<Call, 'response' | 'outlet' | 'shape' | 'route'>, error: FirstError): number {
  const status = statusOf(error)
  outlet.end()
  if (response.headersSent) {
    if (!response.writableEnded) response.end(outlet.isErrorTold ? '' : (outlet.errorEvents?.(error) ?? errorEvent(error, operationOfRoute(route), { shape, sequence: 0 })))
    return response.statusCode
  }
  if (response.destroyed) return status
  if (error.retryAfterS !== undefined) response.setHeader('retry-after', error.retryAfterS)
  else if (status === 429 || status === 503) response.setHeader('retry-after', defaultRetryAfterS)
  for (const [name, value] of Object.entries(error.headers ?? {})) response.setHeader(name, value)
  if (status === 401) response.setHeader('www-authenticate', 'Bearer')
  // What is still to come of a request that was too slow is not waited for (RFC 9110, 15.5.9).
  if (status === 408) response.shouldKeepAlive = false
  sendJson(response, status, errorBody(error, shape))
  return status
}

function operationOfRoute(route: string): Operation | undefined {
  if (route.endsWith('/messages')) return 'messages'
  return route.endsWith('/responses') ? 'responses' : undefined
}

export function sendJson(response: Call['response'], status: number, body: object | string): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length })
  response.end(bytes)
}
