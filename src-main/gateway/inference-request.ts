import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { isRequest, knownFields, requestProblem } from '@shared/requests'
import type { BodyLimits } from './body-limits'
import type { Call } from './call'
import { isPlain } from './content-encoding'
import { locateJsonError } from './json-position'
import { refuseMessageThread } from './message-threads'
import { readBody } from './read-body'

/** A checked request, and the caller's own bytes of it. */
export interface InferenceRequest {
  readonly operation: Operation
  readonly model: string
  readonly isStreamed: boolean
  /** Whether the caller asked a stream of chunks for its usage. */
  readonly wantsUsage: boolean
  /** Absent where they must not be sent on, or the fields are not the caller's own any more. */
  readonly bytes?: Buffer
  readonly fields: Readonly<Record<string, unknown>>
  /** Completes an answer that is not kept where it comes from, before it goes out: a `response` object, also inside the events of a stream. */
  readonly finish?: (answer: Readonly<Record<string, unknown>>) => object
  /** Goes on from an answer that this gateway keeps, so that the next one has to be kept here too. */
  readonly isContinued?: boolean
}

export interface ReadOptions {
  readonly limits: BodyLimits
  /** Fields that the schema does not know are refused, as FIRST does (wire/first.md, "Request bodies are strict"). */
  readonly refusesUnknown: boolean
}

/**
 * Reads and checks the body of a request.
 * @throws FirstError `unsupported_media_type`, `body_too_large`, `request_timeout`, `invalid_json`, `missing_required_parameter`, `invalid_request`, `extra_forbidden`
 */
export async function readInferenceRequest({ request, cancellation }: Call, operation: Operation, { limits, refusesUnknown }: ReadOptions): Promise<InferenceRequest> {
  const problem = problemOfHeaders(request.headers)
  if (problem !== undefined) {
    request.resume()
    throw new FirstError('unsupported_media_type', problem)
  }
  const bytes = await readBody(request, limits, cancellation)
  if (!isUtf8(bytes)) throw new FirstError('invalid_json', 'The body is not valid JSON: its bytes are not UTF-8.')
  const asked = checkedRequest(operation, parseJson(bytes.toString('utf8')), refusesUnknown)
  return namesModelOnce(bytes) ? { ...asked, bytes } : asked
}

/**
 * Checks a body that was read already.
 * @throws FirstError `missing_required_parameter`, `invalid_request`, `extra_forbidden`
 */
export function checkedRequest(operation: Operation, json: unknown, refusesUnknown = false): InferenceRequest {
  if (!isRequest(operation, json)) throw fieldError(operation, json)
  refuseMessageThread(operation, json)
  if (refusesUnknown) refuseUnknown(operation, json)
  return { operation, model: json.model, isStreamed: json.stream === true, wantsUsage: asksForUsage(json['stream_options']), fields: json }
}

const modelName = Buffer.from('"model"')
/** How the letters of that name begin when they are escaped, which nobody does without a reason. */
const escapedLetter = Buffer.from('\\u006')

/** A body that names two models would be judged by the last and might be served by the first: such bytes are not sent on as they came. */
const namesModelOnce = (bytes: Buffer): boolean => bytes.includes(modelName) && bytes.indexOf(modelName) === bytes.lastIndexOf(modelName) && !bytes.includes(escapedLetter)

const asksForUsage = (options: unknown): boolean => typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true

/** Responses and Messages bodies allow extra keys. */
const strictOperations: ReadonlySet<Operation> = new Set(['chat_completions', 'completions', 'embeddings'])

function refuseUnknown(operation: Operation, fields: Readonly<Record<string, unknown>>): void {
  if (!strictOperations.has(operation)) return
  const known = knownFields(operation)
  const extra = Object.keys(fields).filter((name) => !known.has(name))
  const [first] = extra
  if (first === undefined) return
  const detail = extra.map((name) => ({ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted', input: fields[name] }))
  throw new FirstError('extra_forbidden', `This gateway does not take the field "${first}".`, { param: first, info: { detail } })
}

function problemOfHeaders({ 'content-type': type, 'content-encoding': encoding }: IncomingHttpHeaders): string | undefined {
  if (!isJson(type)) return `The body was sent as ${type ?? 'no type at all'}, not as application/json.`
  return isPlain(encoding) ? undefined : `The body was sent compressed as ${encoding}; send it as it is.`
}

function isJson(contentType: string | undefined): boolean {
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return essence === 'application/json' || (essence?.endsWith('+json') ?? false)
}

/** Longer bodies are not searched for the place of their mistake: others would wait for as long. */
const locatableLength = 2 ** 20

/** @throws FirstError `invalid_json`, with the place of the mistake */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (text.length > locatableLength) throw new FirstError('invalid_json', 'The body is not valid JSON.')
    const { line, column, problem } = locateJsonError(text)
    throw new FirstError('invalid_json', `The body is not valid JSON: ${problem} at line ${line}, column ${column}.`)
  }
}

/** The first thing wrong, named as OpenAI names it: `messages[0].role`. */
function fieldError(operation: Operation, json: unknown): FirstError {
  const { param, words } = requestProblem(operation, json) ?? { param: '', words: '' }
  if (param === '') return new FirstError('invalid_request', 'The body must be a JSON object.')
  if (words === 'is missing') return new FirstError('missing_required_parameter', `The parameter "${param}" is missing.`, { param })
  return new FirstError('invalid_request', `"${param}" ${words}.`, { param })
}
