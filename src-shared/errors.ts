/** What a person can do about an error, and how clients and the gateway treat it. */
export interface ErrorKind {
  readonly status: number
  /** OpenAI's `error.type`. */
  readonly type: 'invalid_request_error' | 'authentication_error' | 'permission_error' | 'not_found_error' | 'rate_limit_error' | 'server_error'
  /** Whether another attempt, elsewhere or later, can help. */
  readonly retry: 'never' | 'later' | 'elsewhere'
  /** A sentence that says what to do; shown beside the message. */
  readonly action: string
}

/** The one catalogue of errors: a code to its status, OpenAI type, retry rule and advice. FIRST's own codes keep their spelling (wire/first.md). */
export const errorKinds = {
  invalid_json: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Send a JSON object as the body.' },
  invalid_request: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Correct the field that is named and send the request again.' },
  missing_required_parameter: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Add the parameter that is named.' },
  unknown_parameter: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Leave out the parameter that is named, or correct its spelling.' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Shorten the conversation or choose a model with a larger context.' },
  unsupported_framework: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Use a framework that GET /resource_server/list-endpoints names.' },
  unsupported_endpoint: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Use an endpoint that this cluster serves.' },
  extra_forbidden: { status: 422, type: 'invalid_request_error', retry: 'never', action: 'Leave the field that is named out of the request.' },
  unprocessable: { status: 422, type: 'invalid_request_error', retry: 'never', action: 'Correct the field that is named.' },
  previous_response_not_found: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Send the whole conversation in input; answers are kept for 30 days, and not at all with "store": false.' },
  unauthorized: { status: 401, type: 'authentication_error', retry: 'never', action: 'Send a valid key as "Authorization: Bearer fd-…"; the owner\'s is in the file local.key of the data directory.' },
  sign_in_needed: { status: 401, type: 'authentication_error', retry: 'later', action: 'Sign in again, on the page Accounts or with «first-desktop login», and send the request again.' },
  sign_in_failed: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Begin the sign-in again, on the page Accounts or with «first-desktop login».' },
  access_denied: { status: 403, type: 'permission_error', retry: 'never', action: 'Ask the owner of this gateway for access.' },
  origin_refused: { status: 403, type: 'permission_error', retry: 'never', action: 'Call the gateway by its own address, or add the page\'s origin to gateway.allowedOrigins in config.yaml.' },
  not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Check the method and the path.' },
  model_not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Use an id that GET /v1/models lists.' },
  cluster_not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Use a cluster that GET /resource_server/list-endpoints names.' },
  endpoint_not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Use a model that this cluster lists.' },
  method_not_allowed: { status: 405, type: 'invalid_request_error', retry: 'never', action: 'Use the method that the Allow header names.' },
  request_timeout: { status: 408, type: 'server_error', retry: 'elsewhere', action: 'Try again; if it happens often, the cluster is overloaded or unreachable.' },
  body_too_large: { status: 413, type: 'invalid_request_error', retry: 'never', action: 'Send less, or raise gateway.bodyLimitMb in config.yaml.' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error', retry: 'never', action: 'Send the body as application/json.' },
  too_many_requests: { status: 429, type: 'rate_limit_error', retry: 'later', action: 'Wait for the time that Retry-After names.' },
  file_not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Use an id that GET /v1/files lists.' },
  file_too_large: { status: 413, type: 'invalid_request_error', retry: 'never', action: 'Split the file, or raise batches.maxFileMb in config.yaml.' },
  batch_not_found: { status: 404, type: 'not_found_error', retry: 'never', action: 'Use an id that «first-desktop batch list» or GET /v1/batches lists.' },
  batch_over: { status: 409, type: 'invalid_request_error', retry: 'never', action: 'Look at its results, or make another batch.' },
  file_in_use: { status: 409, type: 'invalid_request_error', retry: 'never', action: 'Cancel the batch that is named, or wait for its end.' },
  batch_ongoing: { status: 400, type: 'invalid_request_error', retry: 'later', action: 'Ask again when its status is completed.' },
  batch_failed: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Read what is wrong, and submit it again.' },
  batch_unavailable: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Use a model whose deployment takes batches.' },
  quota_exceeded: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Delete files that are not needed any more, or let batches come to their end.' },
  internal_error: { status: 500, type: 'server_error', retry: 'never', action: 'Look in the log for this request id; nothing was lost.' },
  upstream_error: { status: 502, type: 'server_error', retry: 'elsewhere', action: 'Try again, or choose another model.' },
  upstream_unreachable: { status: 502, type: 'server_error', retry: 'elsewhere', action: 'Check that the server runs and that its address is right.' },
  upstream_unauthorized: { status: 502, type: 'server_error', retry: 'elsewhere', action: 'Correct the API key of this server in Settings.' },
  upstream_garbled: { status: 502, type: 'server_error', retry: 'elsewhere', action: 'The server sent something that is not an OpenAI answer; check its address.' },
  model_failed: { status: 503, type: 'server_error', retry: 'elsewhere', action: 'Read the reason, mend it, and send the request again.' },
  model_loading: { status: 503, type: 'server_error', retry: 'later', action: 'Wait for the time that Retry-After names; the model is starting.' },
  queue_full: { status: 503, type: 'server_error', retry: 'later', action: 'Wait for the time that Retry-After names; many requests wait for this model already.' },
  out_of_memory: { status: 503, type: 'server_error', retry: 'elsewhere', action: 'Close other programs, or choose a smaller model or a shorter context.' },
  cluster_under_maintenance: { status: 503, type: 'server_error', retry: 'elsewhere', action: 'Choose a model on another cluster until the maintenance ends.' },
  globus_unreachable: { status: 503, type: 'server_error', retry: 'later', action: 'Wait for the time that Retry-After names: this gateway could not ask Globus about the token.' },
  gateway_off: { status: 503, type: 'server_error', retry: 'later', action: 'Ask the owner of this gateway to turn it on.' },
  shutting_down: { status: 503, type: 'server_error', retry: 'later', action: 'Start FIRST Desktop again.' },
  disk_full: { status: 507, type: 'server_error', retry: 'later', action: 'Free some space on the disk of the data directory.' },
  data_dir_unusable: { status: 500, type: 'server_error', retry: 'never', action: 'Choose another folder with --data-dir, or mend its permissions.' },
  data_dir_in_use: { status: 500, type: 'server_error', retry: 'never', action: 'Use the FIRST Desktop that holds it, or choose another folder with --data-dir.' },
  port_in_use: { status: 500, type: 'server_error', retry: 'never', action: 'Stop the program that uses the port, or choose another with --port (0 picks a free one).' },
  config_invalid: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Correct the line that is named in config.yaml.' },
  secret_unreadable: { status: 500, type: 'server_error', retry: 'never', action: 'Enter the secret again in Settings.' },
  backup_damaged: { status: 500, type: 'server_error', retry: 'never', action: 'Choose another snapshot; an older one may be whole.' },
  model_file_invalid: { status: 400, type: 'invalid_request_error', retry: 'never', action: 'Download the file again, or choose another GGUF file.' },
  core_unreachable: { status: 503, type: 'server_error', retry: 'later', action: 'The window connects again by itself; if it does not, start FIRST Desktop again.' },
  answer_cut: { status: 502, type: 'server_error', retry: 'elsewhere', action: 'Continue the answer, or ask for another.' },
  data_unreadable: { status: 500, type: 'server_error', retry: 'never', action: 'Restore the newest backup; the unreadable data is replaced.' },
  cancelled: { status: 499, type: 'invalid_request_error', retry: 'never', action: 'Nothing to do: the caller left.' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

export interface ErrorDetails {
  /** The field of the request at fault, as OpenAI's `param`. */
  readonly param?: string
  /** Seconds, for the Retry-After header. */
  readonly retryAfterS?: number
  /** What to do here, where the catalogue's advice for the code does not fit. */
  readonly action?: string
  /** FIRST's `info`: facts a client may show. */
  readonly info?: Readonly<Record<string, unknown>>
  /** Go out with the answer, such as those of a rate limit. */
  readonly headers?: Readonly<Record<string, string>>
  /** Fields that stand beside `error` in the body, for clients that look for them there. */
  readonly beside?: Readonly<Record<string, unknown>>
  /** Logged, never sent. */
  readonly cause?: unknown
}

/** An error of the catalogue: the only kind that crosses a boundary between the parts. */
export class FirstError extends Error {
  readonly code: ErrorCode
  readonly param: string | undefined
  readonly retryAfterS: number | undefined
  readonly info: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly beside: Readonly<Record<string, unknown>> | undefined
  readonly kind: ErrorKind

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'FirstError'
    this.code = code
    this.param = details.param
    this.retryAfterS = details.retryAfterS
    this.info = details.info
    this.headers = details.headers
    this.beside = details.beside
    this.kind = details.action === undefined ? errorKinds[code] : { ...errorKinds[code], action: details.action }
  }
}

/** What is not of the catalogue becomes `internal_error`; its text stays in the log. */
export function toFirstError(cause: unknown): FirstError {
  if (cause instanceof FirstError) return cause
  return new FirstError('internal_error', 'Something went wrong inside FIRST Desktop.', { cause })
}
