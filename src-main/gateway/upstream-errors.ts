import { errors } from 'undici'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { SiteFailure } from '@shared/first/site-errors'

/** What a server said is wrong with the request itself: the caller's to mend, so its words go through. */
export class RefusedByUpstream extends FirstError {
  constructor(
    readonly status: number,
    message: string,
    readonly passed: { readonly type?: string; readonly code?: string },
    param: string | undefined,
  ) {
    super(passed.code === 'context_length_exceeded' ? 'context_length_exceeded' : 'invalid_request', message, param === undefined ? {} : { param })
  }
}

/** A place refuses fields by name: the request can be sent again without them. */
export class FieldsRefused extends RefusedByUpstream {
  constructor(
    status: number,
    message: string,
    readonly fields: readonly string[],
  ) {
    super(status, message, { type: 'invalid_request_error', code: 'extra_forbidden' }, fields[0])
  }
}

/** The place has no such path, whatever the model: a protocol that it was thought to speak. */
export class PathMissing extends FirstError {}

/** FastAPI's list of what is wrong with a body (wire/first.md, "Errors"); `loc` is `["body", field, …]`. */
const faults = z.object({ detail: z.array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), type: z.string(), msg: z.string().optional() })).min(1) })
/** OpenAI's own word for it. */
const unknownParameter = z.object({ error: z.looseObject({ code: z.literal('unknown_parameter'), param: z.string() }) })

/** Top-level fields that an answer says are not taken; a mistake of another kind beside them, or deeper down, is the caller's to mend first. */
export function refusedFields(body: string): readonly string[] {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return []
  }
  const detail = faults.safeParse(json).data?.detail
  if (detail?.every(({ loc, type }) => type === 'extra_forbidden' && loc.length === 2) === true) return [...new Set(detail.map(({ loc }) => String(loc[1])))]
  const param = unknownParameter.safeParse(json).data?.error.param
  return param === undefined || /[.[]/.test(param) ? [] : [param]
}

/** OpenAI's shape, and what vLLM (`{message,type,code}` at the top), Ollama (`error` a string) and FastAPI (`detail`, a text or a list of faults) send. */
const errorBody = z.union([
  z.object({ error: z.object({ message: z.string(), type: z.string().nullish(), param: z.string().nullish(), code: z.union([z.string(), z.number()]).nullish() }) }),
  z.object({ error: z.string() }).transform(({ error }) => ({ error: { message: error, type: null, param: null, code: null } })),
  z.object({ message: z.string(), type: z.string().nullish(), param: z.string().nullish(), code: z.union([z.string(), z.number()]).nullish() }).transform((error) => ({ error })),
  z.object({ detail: z.string() }).transform(({ detail }) => ({ error: { message: detail, type: null, param: null, code: null } })),
  faults.transform(({ detail }) => ({ error: faultOf(detail) })),
])
export type UpstreamErrorBody = z.infer<typeof errorBody>['error']

function faultOf(detail: z.infer<typeof faults>['detail']): { message: string; type: null; param: string | null; code: null } {
  const [first, ...more] = detail
  const param = first?.loc.slice(1).join('.') ?? ''
  const words = `${param === '' ? 'the body' : param}: ${first?.msg ?? first?.type ?? ''}`
  return { message: more.length === 0 ? words : `${words}; and ${more.length} more`, type: null, param: param === '' ? null : param, code: null }
}

export function parseErrorBody(text: string): UpstreamErrorBody | undefined {
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.error
  } catch {
    return undefined
  }
}

/** What a place's own reader of errors made of an answer; what is wrong with the request goes to the caller with the status that it came with. */
export function errorOfPlace({ error, refusedFields: fields, isOfRequest }: SiteFailure, status: number): FirstError {
  if (fields.length > 0) return new FieldsRefused(status, error.message, fields)
  return isOfRequest ? new RefusedByUpstream(status, error.message, { type: error.kind.type, code: error.code }, error.param) : error
}

export interface UpstreamAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

/** Seconds after which a server that loads its model, as llama-server says it, is asked again. */
const loadingRetryS = 5

/** An answer that is not 200, as an error of the catalogue. */
export function errorOfAnswer({ status, retryAfter, body }: UpstreamAnswer, place: { readonly cluster: string; readonly model: string }): FirstError {
  const said = parseErrorBody(body)
  const seconds = retryAfterS(retryAfter)
  const details = seconds === undefined ? { cause: { status } } : { cause: { status }, retryAfterS: seconds }
  const { cluster, model } = place
  const words = said === undefined ? '' : `: ${said.message}`
  if (status === 400 || status === 422) {
    const fields = refusedFields(body)
    if (fields.length > 0) return new FieldsRefused(status, said?.message ?? `The cluster "${cluster}" does not take: ${fields.join(', ')}.`, fields)
  }
  if (status === 401 || status === 403) return new FirstError('upstream_unauthorized', `The cluster "${cluster}" refused the key that it is configured with (${status}).`, details)
  if (status === 405 || (status === 404 && !/model/i.test(body))) return new PathMissing('model_not_found', `The cluster "${cluster}" has nothing at this path for the model "${model}"${words}`, { ...details, param: 'model' })
  if (status === 404) return new FirstError('model_not_found', `The cluster "${cluster}" does not serve the model "${model}" now${words}`, { ...details, param: 'model' })
  if (status === 408) return new FirstError('request_timeout', `The cluster "${cluster}" took too long${words}`, details)
  if (status === 503 && /loading model/i.test(said?.message ?? '')) return new FirstError('model_loading', `The cluster "${cluster}" is loading the model "${model}".`, { retryAfterS: loadingRetryS, ...details })
  // A server that is there but serves nothing (RFC 9110, 15.6.4), or what stands before one that is not.
  if (status === 503) return new FirstError('upstream_unreachable', `The cluster "${cluster}" serves nothing now (503)${words}`, { ...details, action: 'Wait until the server is up again, or choose another model.' })
  if (status === 429) return new FirstError('too_many_requests', `The cluster "${cluster}" takes no more requests now${words}`, details)
  if (status >= 400 && status < 500 && said !== undefined)
    return new RefusedByUpstream(status, said.message, { ...(said.type != null && { type: said.type }), ...(said.code != null && { code: String(said.code) }) }, said.param ?? undefined)
  if (status >= 400) return new FirstError('upstream_error', `The cluster "${cluster}" answered with the error ${status}${words}`, details)
  return new FirstError('upstream_garbled', `The cluster "${cluster}" answered with status ${status}, which no chat request expects.`, details)
}

/** Seconds of a Retry-After header, which may also be a date (RFC 9110, 10.2.3). */
export function retryAfterS(header: string | undefined, nowMs = Date.now()): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000))
}

const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '')

/** Whether nothing listened at the place, so that nothing was sent. */
export const wasRefused = (cause: unknown): boolean => cause instanceof FirstError && codeOf(cause.cause) === 'ECONNREFUSED'

/** What undici says of an answer that does not keep to HTTP, or is not one that a server of models gives. */
const garbledCodes: ReadonlySet<string> = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_HEADERS_OVERFLOW'])

/** A connection that could not be made, or broke, as an error of the catalogue. */
export function errorOfConnection(cause: unknown, cluster: string, hasBegun: boolean): FirstError {
  if (cause instanceof FirstError) return cause
  const code = codeOf(cause)
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return new FirstError('request_timeout', `The cluster "${cluster}" did not begin to answer in time.`, { cause })
  if (code === 'UND_ERR_BODY_TIMEOUT') return new FirstError('request_timeout', `The cluster "${cluster}" stopped in the middle of its answer.`, { cause })
  if (cause instanceof errors.HTTPParserError || garbledCodes.has(code)) return new FirstError('upstream_garbled', `What the cluster "${cluster}" sent is not an HTTP answer that can be read.`, { cause })
  if (hasBegun) return new FirstError('upstream_error', `The cluster "${cluster}" broke the connection in the middle of its answer.`, { cause })
  return new FirstError('upstream_unreachable', `The cluster "${cluster}" cannot be reached${code === '' ? '' : ` (${code})`}.`, { cause })
}
