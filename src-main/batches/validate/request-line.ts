import type { BatchEndpoint, FindingCode } from '@shared/domain/batch-report'
import { batchEndpoint } from '@shared/domain/batch-report'

type Fields = Readonly<Record<string, unknown>>

/** What is wrong with a line; the field as OpenAI names it. */
export interface LineProblem {
  readonly code: FindingCode
  readonly message: string
  readonly fix?: string
  readonly param?: string
}

/** One line as a request, as far as it is one. */
export interface RequestLine {
  /** The line's own, or `request-<line>` of a bare body. */
  readonly customId?: string
  readonly endpoint?: BatchEndpoint
  readonly body?: Fields
  /** A body alone, without custom_id, method and url, as FIRST takes it (wire/openai-batch.md). */
  readonly isBare: boolean
  readonly problems: readonly LineProblem[]
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Outside text inside a sentence: whole, if it is short. */
export const quoted = (text: string): string => `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`

const envelopeFields = ['custom_id', 'method', 'url', 'body'] as const
const endpointList = batchEndpoint.options.join(', ')

/** The same for who checks a line and for who runs it. `usual` is the endpoint of the batch, for bodies that could be of several. */
export function readRequestLine(json: unknown, line: number, usual?: BatchEndpoint): RequestLine {
  if (!isFields(json)) return { isBare: false, problems: [{ code: 'invalid_json_line', message: 'The line is JSON, but not an object.' }] }
  return envelopeFields.some((name) => json[name] !== undefined) ? readEnveloped(json) : readBare(json, line, usual)
}

function readEnveloped(json: Fields): RequestLine {
  const { custom_id: customId, url, body } = json
  const endpoint = batchEndpoint.options.find((known) => known === url)
  const problems = [problemOfId(customId), problemOfMethod(json['method']), endpoint === undefined ? problemOfUrl(url) : undefined, problemOfBody(body)].filter((problem) => problem !== undefined)
  return { ...(typeof customId === 'string' && { customId }), ...(endpoint !== undefined && { endpoint }), ...(isFields(body) && { body }), isBare: false, problems }
}

function readBare(body: Fields, line: number, usual: BatchEndpoint | undefined): RequestLine {
  const endpoint = endpointOf(body, usual)
  if (endpoint === undefined) {
    const message = 'The line is neither a request (custom_id, method, url, body) nor the body of one.'
    return { isBare: false, problems: [{ code: 'invalid_request', message, fix: 'Write {"custom_id": …, "method": "POST", "url": "/v1/chat/completions", "body": {"model": …, "messages": […]}}.' }] }
  }
  return { customId: `request-${line}`, endpoint, body, isBare: true, problems: [] }
}

/** By the one field that each kind of request has; `input` is of two kinds, and told by the fields beside it. */
function endpointOf(body: Fields, usual: BatchEndpoint | undefined): BatchEndpoint | undefined {
  if (body['messages'] !== undefined) return '/v1/chat/completions'
  if (body['input'] === undefined) return body['prompt'] === undefined ? undefined : isFields(body['prompt']) ? '/v1/responses' : '/v1/completions'
  if (usual === '/v1/embeddings' || usual === '/v1/responses') return usual
  const isConversation = Array.isArray(body['input']) && isFields(body['input'][0])
  return isConversation || body['instructions'] !== undefined || body['max_output_tokens'] !== undefined ? '/v1/responses' : '/v1/embeddings'
}

const missing = (param: string, example: string): LineProblem => ({
  code: 'missing_required_parameter',
  message: `"${param}" is missing.`,
  fix: `Add "${param}": ${example}.`,
  param,
})
const invalid = (param: string, words: string, fix: string): LineProblem => ({ code: 'invalid_request', message: `"${param}" ${words}.`, fix, param })

/** Long enough for any name, short enough for a table. */
const longestId = 512

function problemOfId(id: unknown): LineProblem | undefined {
  if (id === undefined) return missing('custom_id', 'a text that no other line has')
  if (typeof id !== 'string') return invalid('custom_id', 'must be a string', `Write it in double quotes${typeof id === 'number' ? `: "custom_id": "${id}"` : ''}.`)
  if (id === '') return invalid('custom_id', 'must not be empty', 'Write a text that no other line has.')
  return id.length > longestId ? invalid('custom_id', `must be at most ${longestId} characters`, 'Shorten it.') : undefined
}

function problemOfMethod(method: unknown): LineProblem | undefined {
  if (method === undefined) return missing('method', '"POST"')
  return method === 'POST' ? undefined : invalid('method', 'must be POST', 'Write "method": "POST".')
}

/** Of a url that is no endpoint. */
function problemOfUrl(url: unknown): LineProblem {
  if (url === undefined) return missing('url', '"/v1/chat/completions"')
  if (typeof url !== 'string') return invalid('url', 'must be a string', `Write one of ${endpointList}.`)
  const meant = batchEndpoint.options.find((endpoint) => url.replace(/\/+$/, '').endsWith(endpoint.slice('/v1'.length)))
  return invalid('url', `is ${quoted(url)}, which a batch cannot ask for`, meant === undefined ? `Write one of ${endpointList}.` : `Write "url": "${meant}".`)
}

function problemOfBody(body: unknown): LineProblem | undefined {
  if (body === undefined) return missing('body', '{"model": …, "messages": […]}')
  return isFields(body) ? undefined : invalid('body', 'must be an object', 'Write the request itself as a JSON object, not as a text.')
}
