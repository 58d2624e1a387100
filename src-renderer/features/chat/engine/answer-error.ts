import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { z } from 'zod'
import type { Message } from '@shared/domain/conversation'
import { type ErrorCode, errorKinds, FirstError } from '@shared/errors'
import { signInNeed } from '@shared/globus/sign-in-need'

export type AnswerError = NonNullable<Message['error']>

/** Both doors' shapes: OpenAI's and FIRST's agree on these two. */
const wireError = z.object({ code: z.string().nullish(), message: z.string().nullish() })

/** What goes with `sign_in_needed` (src-shared/globus/reason-error.ts). */
const wireSignIn = z.object({ code: z.literal('sign_in_needed'), info: signInNeed })

const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'access_denied',
  404: 'model_not_found',
  408: 'request_timeout',
  413: 'body_too_large',
  429: 'too_many_requests',
}

/** What went wrong with an answer, as it is kept on its message: the catalogue's code, what happened, what to do. */
export function toAnswerError(cause: unknown): AnswerError {
  if (cause instanceof FirstError) return fromCatalogue(cause.code, cause.message)
  if (cause instanceof APIConnectionTimeoutError) return fromCatalogue('request_timeout', 'The gateway took too long to answer.')
  if (cause instanceof APIConnectionError) return fromCatalogue('core_unreachable', 'The gateway of FIRST Desktop does not answer.')
  if (cause instanceof APIError) return fromApi(readStatus(cause), cause.error, cause.message)
  if (cause instanceof SyntaxError) return fromCatalogue('upstream_garbled', 'The answer holds an event that is not JSON.')
  if (cause instanceof TypeError) return fromCatalogue('answer_cut', 'The connection broke before the answer was complete.')
  return fromCatalogue('internal_error', 'Something went wrong in this window.')
}

/** Whether the key was refused before anything came: then the present one is asked for. A site that asks for a sign-in took the key. */
export function isKeyRefused(cause: unknown): boolean {
  return cause instanceof APIError && readStatus(cause) === 401 && wireError.safeParse(cause.error).data?.code !== 'sign_in_needed'
}

function fromApi(status: number | undefined, body: unknown, fallback: string): AnswerError {
  const { code, message } = wireError.safeParse(body).data ?? {}
  const signIn = wireSignIn.safeParse(body).data?.info
  if (signIn !== undefined) return { ...fromCatalogue('sign_in_needed', signIn.reason.sentence), signIn }
  const known = code && isErrorCode(code) ? code : undefined
  return fromCatalogue(known ?? codeOf(status), message ?? fallback)
}

/** The package's own type of it is `any`; an error that came within a stream has none. */
function readStatus({ status }: { status: unknown }): number | undefined {
  return typeof status === 'number' ? status : undefined
}

function codeOf(status: number | undefined): ErrorCode {
  if (status === undefined || status >= 500) return 'upstream_error'
  return codeByStatus[status] ?? 'invalid_request'
}

function fromCatalogue(code: ErrorCode, message: string): AnswerError {
  return { code, message, action: errorKinds[code].action }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorKinds, code)
}
