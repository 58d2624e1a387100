import { z } from 'zod'
import { FirstError } from '@shared/errors'

const part = z.looseObject({ type: z.string(), text: z.string().optional() })

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(part)]).nullish(),
})

const tokenLimit = z.int().positive().nullish()

/** What the guide reads of a chat completion request; the sampling parameters of a model mean nothing to it and pass. */
const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  n: z.literal(1).nullish(),
})

export type ChatRequest = z.infer<typeof chatRequestSchema>
export type ChatMessage = ChatRequest['messages'][number]

/**
 * @param body the raw body of `POST /v1/chat/completions`.
 * @throws FirstError `invalid_json`, `missing_required_parameter` or `invalid_request`, naming the field.
 */
export function parseChatRequest(body: string): ChatRequest {
  const request = chatRequestSchema.safeParse(readJson(body), { reportInput: true })
  if (request.success) return request.data
  const issue = request.error.issues[0]
  const param = issue?.path.join('.') ?? ''
  if (param === '') throw new FirstError('invalid_json', 'The body must be a JSON object.')
  if (issue?.code === 'invalid_type' && issue.input === undefined) throw new FirstError('missing_required_parameter', `The parameter "${param}" is missing.`, { param })
  throw new FirstError('invalid_request', `The parameter "${param}" is wrong: ${issue?.message ?? 'not as expected'}.`, { param })
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new FirstError('invalid_json', 'The body is not valid JSON.', { cause })
  }
}

/** The text of a message; pictures and files are left out. */
export function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((each) => each.text ?? '').join('\n')
}
