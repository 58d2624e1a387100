import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { chatCompletionRequest } from '@shared/openai/chat'
import type { Call } from './call'
import { isPlain } from './content-encoding'
import { locateJsonError } from './json-position'
import { readBody } from './read-body'

/** A checked chat request, and the caller's own bytes of it. */
export interface ChatRequest {
  readonly model: string
  readonly isStreamed: boolean
  /** Whether the caller asked a stream for its usage. */
  readonly wantsUsage: boolean
  readonly bytes: Buffer
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Reads and checks the body of a chat request.
 * @throws FirstError `unsupported_media_type`, `body_too_large`, `invalid_json`, `missing_required_parameter`, `invalid_request`
 */
export async function readChatRequest({ request, signal }: Call, limitBytes: number): Promise<ChatRequest> {
  const problem = problemOfHeaders(request.headers)
  if (problem !== undefined) {
    request.resume()
    throw new FirstError('unsupported_media_type', problem)
  }
  const bytes = await readBody(request, limitBytes, signal)
  if (!isUtf8(bytes)) throw new FirstError('invalid_json', 'The body is not valid JSON: its bytes are not UTF-8.')
  const json = parseJson(bytes.toString('utf8'))
  const parsed = chatCompletionRequest.safeParse(json)
  if (!parsed.success) throw fieldError(parsed.error, json)
  const { model, stream, stream_options: options } = parsed.data
  return { model, isStreamed: stream === true, wantsUsage: options?.include_usage === true, bytes, fields: parsed.data }
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (text.length > locatableLength) throw new FirstError('invalid_json', 'The body is not valid JSON.')
    const { line, column, problem } = locateJsonError(text)
    throw new FirstError('invalid_json', `The body is not valid JSON: ${problem} at line ${line}, column ${column}.`)
  }
}

/** The first thing wrong, named as OpenAI names it: `messages[0].role`. */
function fieldError(error: z.ZodError, json: unknown): FirstError {
  const issue = error.issues[0]
  const param = issue?.path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`)).join('') ?? ''
  if (param === '') return new FirstError('invalid_request', 'The body must be a JSON object.')
  if (issue?.path.length === 1 && typeof json === 'object' && json !== null && !(param in json))
    return new FirstError('missing_required_parameter', `The parameter "${param}" is missing.`, { param })
  return new FirstError('invalid_request', `"${param}" is not as it should be: ${issue?.message ?? 'invalid'}.`, { param })
}
