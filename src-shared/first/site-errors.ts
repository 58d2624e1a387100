import { errorKinds, FirstError, type ErrorCode, type ErrorDetails } from '../errors'
import { firstErrorBody, oldErrorBody, validationBody, type ValidationFault } from './errors'

export interface SiteAnswer {
  readonly status: number
  /** As it came. */
  readonly body: string
  /** Seconds of the Retry-After header, where there was one. */
  readonly retryAfterS?: number
}

export interface SiteFailure {
  readonly error: FirstError
  /** Top-level fields of the request that are all that the site does not take: without them it can be sent again. */
  readonly refusedFields: readonly string[]
  /** What is wrong is in the request: another place would say the same, and the site's words are for the caller. */
  readonly isOfRequest: boolean
}

interface Place {
  readonly cluster: string
  readonly model: string
}

/** Site limits count tokens by the minute; a model that loads is asked again sooner. */
const limitRetryS = 60
const loadingRetryS = 30

/**
 * An error that a FIRST site answered with, as one of our catalogue that says what to do (wire/first.md, "Errors").
 * Absent where the answer is not of FIRST's shape, which a proxy in between or the engine behind it may send.
 */
export function errorOfSite(answer: SiteAnswer, place: Place): SiteFailure | undefined {
  const body = parse(answer.body)
  const faults = validationBody.safeParse(body).data?.detail
  if (faults !== undefined) return ofFaults(faults)
  const said = firstErrorBody.safeParse(body).data?.error
  if (said !== undefined) return ofCode(said.code, { ...answer, message: said.message, info: said.info ?? {} }, place)
  const old = oldErrorBody.safeParse(body).data?.detail
  return old === undefined ? undefined : ofCode(oldCode(answer.status, old), { ...answer, message: old, info: {} }, place)
}

interface Said extends SiteAnswer {
  readonly message: string
  readonly info: Readonly<Record<string, unknown>>
}

type Told = Omit<ErrorDetails, 'retryAfterS'> & { readonly retryAfterS?: number | undefined }

const failure = (code: ErrorCode, message: string, { retryAfterS, ...details }: Told = {}, isOfRequest = false): SiteFailure => ({
  error: new FirstError(code, message, { ...details, ...(retryAfterS !== undefined && { retryAfterS }) }),
  refusedFields: [],
  isOfRequest,
})

function ofCode(code: string, { status, message, info, retryAfterS }: Said, { cluster, model }: Place): SiteFailure {
  const words = `: ${message}`
  const cause = { status, code, message }
  const site = `The site of the cluster "${cluster}"`
  switch (code) {
    case 'unauthorized':
      return failure('upstream_unauthorized', `${site} refused its access token${words}`, { cause, action: 'Sign in to the site again, or correct the token of this cluster in config.yaml.' })
    case 'access_denied':
      return failure('access_denied', `${site} does not let this account use "${model}"${words}`, { cause, action: 'Ask the site for access to this model, or choose another.' })
    case 'cluster_not_found':
    case 'endpoint_not_found':
      return failure('model_not_found', `${site} does not serve the model "${model}" now${words}`, { cause, param: 'model' })
    case 'cluster_under_maintenance':
      return failure('cluster_under_maintenance', `${site} is under maintenance${words}`, { cause, retryAfterS })
    case 'unsupported_framework':
    case 'unsupported_endpoint':
      return failure(code, `${site} does not take this request${words}`, { cause })
    case 'batch_not_found':
      return failure('not_found', `${site} does not know this batch${words}`, { cause })
    case 'batch_unavailable':
    case 'quota_exceeded':
    case 'batch_ongoing':
    case 'batch_failed':
      return failure('invalid_request', `${site} refused the batch${words}`, { cause, info: { ...info, code } }, true)
    case 'too_many_requests':
      return failure('too_many_requests', `${site} takes no more requests for "${model}" now${words}`, { cause, info, retryAfterS: retryAfterS ?? limitRetryS })
    case 'request_timeout':
      return failure('request_timeout', `${site} took too long${words}`, { cause })
    case 'internal_endpoint_error':
      return ofEndpoint({ status, message, info, body: '', ...(retryAfterS !== undefined && { retryAfterS }) }, { cluster, model })
  }
  // Another FIRST Desktop answers with codes of this catalogue; its own inner errors are no errors of ours.
  if (isOfCatalogue(code) && code !== 'internal_error') {
    const isOfRequest = errorKinds[code].type === 'invalid_request_error'
    return failure(code, isOfRequest ? message : `${site} says${words}`, { cause, info, retryAfterS }, isOfRequest)
  }
  return failure('upstream_error', `${site} answered with the error ${status}${words}`, { cause, retryAfterS })
}

/** `internal_endpoint_error` carries what the engine behind the site said, in its message and often in its status. */
function ofEndpoint({ status, message, retryAfterS }: Said, { cluster, model }: Place): SiteFailure {
  const cause = { status, message }
  const where = `"${model}" at the site of the cluster "${cluster}"`
  if (status === 503 && /\bis offline\b/i.test(message)) return failure('model_failed', `${where} is down: ${message}`, { cause, retryAfterS })
  if (status === 503) return failure('model_loading', `${where} is starting: ${message}`, { cause, retryAfterS: retryAfterS ?? loadingRetryS })
  if (status === 408 || status === 504) return failure('request_timeout', `${where} took too long: ${message}`, { cause })
  if (status === 429) return failure('too_many_requests', `${where} takes no more requests now: ${message}`, { cause, retryAfterS: retryAfterS ?? loadingRetryS })
  if (/maximum context length|context window/i.test(message)) return failure('context_length_exceeded', message, { cause }, true)
  if (status >= 400 && status < 500) return failure('invalid_request', message, { cause }, true)
  return failure('upstream_error', `${where} failed: ${message}`, { cause })
}

/** Names each fault by its place in the body; `loc` begins with where the body came from, `["body","payload","store"]`. */
function ofFaults(faults: readonly ValidationFault[]): SiteFailure {
  const named = faults.map(({ loc, msg, type }) => ({ path: loc.slice(loc[0] === 'body' ? 1 : 0).filter((part, at) => at > 0 || part !== 'payload'), msg, type }))
  // A mistake of another kind beside them, or deeper down, would meet the request that is sent again.
  const isMended = named.every(({ path, type }) => type === 'extra_forbidden' && path.length === 1)
  const refused = isMended ? named.map(({ path }) => String(path[0])) : []
  const [first] = named
  const message = named.map(({ path, msg }) => `${path.join('.')}: ${msg}`).join('; ')
  const details = first === undefined || first.path.length === 0 ? {} : { param: first.path.join('.') }
  return { error: new FirstError('invalid_request', message, details), refusedFields: [...new Set(refused)], isOfRequest: true }
}

const byStatus: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'access_denied', 404: 'endpoint_not_found', 408: 'request_timeout', 429: 'too_many_requests', 503: 'internal_endpoint_error' }

/** Old servers say no code, and answer 400 where the token is missing. */
function oldCode(status: number, message: string): string {
  if (status === 400 && /authorization|bearer/i.test(message)) return 'unauthorized'
  if (status === 503 && /maintenance/i.test(message)) return 'cluster_under_maintenance'
  return byStatus[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'internal_error')
}

const isOfCatalogue = (code: string): code is ErrorCode => Object.hasOwn(errorKinds, code)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
