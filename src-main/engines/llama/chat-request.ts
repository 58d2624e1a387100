import { FirstError } from '@shared/errors'
import { chatCompletionRequest } from '@shared/openai/chat'
import { z } from 'zod'
import { refuseUnsafeSchema } from './json-schema-guard'
import type { CompletionRequest } from './llama-model'

const functionTool = z.object({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().default(''),
    parameters: z.record(z.string(), z.unknown()).default({ type: 'object', properties: {} }),
  }),
})

const unsupported = (what: string) => z.never({ error: `${what} is not supported by this engine` }).nullish()

/** What this engine reads of a request; `top_k`, `min_p` and `repetition_penalty` are spelled as in vLLM. */
const llamaChatRequest = chatCompletionRequest.extend({
  n: z.literal(1, { error: 'this engine gives one answer to a request' }).nullish(),
  logprobs: z.literal(false, { error: 'logprobs is not supported by this engine' }).nullish(),
  logit_bias: z.union([z.strictObject({}), unsupported('logit_bias')]).nullish(),
  top_k: z.number().int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().positive().nullish(),
  tools: z.array(functionTool).nullish(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({ type: z.literal('json_schema'), json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()) }) }),
    ])
    .nullish(),
  chat_template_kwargs: z.looseObject({ enable_thinking: z.boolean().optional() }).nullish(),
})

export type LlamaChatRequest = z.infer<typeof llamaChatRequest>
type WireMessage = LlamaChatRequest['messages'][number]

/**
 * Parses the body of `POST /v1/chat/completions`.
 * @throws FirstError `invalid_json`, `missing_required_parameter` or `invalid_request`, naming the field.
 */
export function parseChatRequest(body: string): LlamaChatRequest {
  const parsed = llamaChatRequest.safeParse(parseJson(body), { reportInput: true })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const param = issue?.path.join('.') ?? ''
  if (param === '') throw new FirstError('invalid_json', 'The body must be a JSON object.')
  if (issue?.input === undefined) throw new FirstError('missing_required_parameter', `The parameter "${param}" is missing.`, { param })
  throw new FirstError('invalid_request', `The parameter "${param}" is wrong: ${issue.message}.`, { param })
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new FirstError('invalid_json', 'The body is not valid JSON.', { cause })
  }
}

/** Puts a request in llama.node's words. @throws FirstError `invalid_request` for what llama.cpp cannot do, or must not be asked. */
export function toCompletionRequest(request: LlamaChatRequest): CompletionRequest {
  const { tools, toolChoice } = offeredTools(request)
  for (const [index, tool] of tools.entries()) refuseUnsafeSchema(tool.function.parameters, `tools.${index}.function.parameters`)
  const format = request.response_format
  if (format?.type === 'json_schema') refuseUnsafeSchema(format.json_schema.schema, 'response_format.json_schema.schema')
  const thinking = request.chat_template_kwargs?.enable_thinking
  return {
    messages: request.messages.map(toTemplateMessage),
    n_predict: request.max_completion_tokens ?? request.max_tokens ?? -1,
    stop: stopTexts(request),
    ...defined({
      temperature: request.temperature,
      top_p: request.top_p,
      top_k: request.top_k,
      min_p: request.min_p,
      // llama.cpp takes 31 bits, and a negative seed as none.
      seed: request.seed == null ? undefined : Math.abs(request.seed) % 2 ** 31,
      penalty_freq: request.frequency_penalty,
      penalty_present: request.presence_penalty,
      penalty_repeat: request.repetition_penalty,
      enable_thinking: thinking,
    }),
    ...(tools.length > 0 ? { tools, tool_choice: toolChoice, parallel_tool_calls: request.parallel_tool_calls ?? true } : {}),
    ...(format && format.type !== 'text' ? { response_format: format } : {}),
  }
}

/** The texts that end an answer and are not part of it. */
export function stopTexts({ stop }: LlamaChatRequest): string[] {
  return (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '')
}

/** A named function is offered alone and required: llama.cpp knows no other way to insist on one. */
function offeredTools({ tools, tool_choice: choice }: LlamaChatRequest): { tools: z.infer<typeof functionTool>[]; toolChoice: 'auto' | 'none' | 'required' } {
  const offered = tools ?? []
  if (choice == null || typeof choice === 'string') return { tools: choice === 'none' ? [] : offered, toolChoice: choice ?? 'auto' }
  const named = offered.filter((tool) => tool.function.name === choice.function.name)
  if (named.length === 0) throw new FirstError('invalid_request', `tool_choice names the function "${choice.function.name}", which is not in tools.`, { param: 'tool_choice' })
  return { tools: named, toolChoice: 'required' }
}

/** Templates know neither `developer` nor content in parts; anything but text has no place in a GGUF without its projector. */
function toTemplateMessage(message: WireMessage, index: number): object {
  const role = message.role === 'developer' ? 'system' : message.role
  if (!Array.isArray(message.content)) return { ...message, role, content: message.content ?? '' }
  const texts = message.content.map((part) => {
    if (part.type === 'text' && typeof part.text === 'string') return part.text
    throw new FirstError('invalid_request', `This model reads text only; the message has a part of type "${part.type}".`, { param: `messages.${index}.content` })
  })
  return { ...message, role, content: texts.join('\n') }
}

type Defined<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Leaves out what is null or undefined. */
function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  const entries = Object.entries(fields).filter(([, value]) => value != null)
  return Object.fromEntries(entries) as Defined<T>
}
