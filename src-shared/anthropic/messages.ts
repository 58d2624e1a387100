import { z } from 'zod'
import { modelId } from '../domain/model'

/** The Messages protocol (Anthropic's API reference, "Messages"); hints such as `cache_control` pass unread. */
const jsonObject = z.record(z.string(), z.unknown())

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const source = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
  z.looseObject({ type: z.literal('url'), url: z.string() }),
  z.looseObject({ type: z.literal('text'), data: z.string() }),
])
const imageBlock = z.looseObject({ type: z.literal('image'), source })
const documentBlock = z.looseObject({ type: z.literal('document'), source, title: z.string().nullish() })
const thinkingBlock = z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().nullish() })
const redactedBlock = z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() })
const toolUseBlock = z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: jsonObject })

const inputBlock = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock])
export type MessagesInputBlock = z.infer<typeof inputBlock>
const resultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(inputBlock)]).nullish(),
  is_error: z.boolean().nullish(),
})
const answerBlock = z.discriminatedUnion('type', [textBlock, thinkingBlock, redactedBlock, toolUseBlock])
export type MessagesAnswerBlock = z.infer<typeof answerBlock>

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('user'), content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, resultBlock]))]) }),
  z.looseObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(answerBlock)]) }),
  z.looseObject({ role: z.literal('system'), content: z.union([z.string(), z.array(textBlock)]) }),
])
export type MessagesMessage = z.infer<typeof message>

/** A tool; one that the server itself would run has a `type` and no `input_schema`. */
const tool = z.looseObject({ type: z.string().nullish(), name: z.string(), description: z.string().nullish(), input_schema: jsonObject.optional(), strict: z.boolean().nullish() })
const parallel = { disable_parallel_tool_use: z.boolean().nullish() }
const toolChoice = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('auto'), ...parallel }),
  z.looseObject({ type: z.literal('any'), ...parallel }),
  z.looseObject({ type: z.literal('none') }),
  z.looseObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
])
const thinking = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('enabled'), budget_tokens: z.number().int().min(1) }),
  z.looseObject({ type: z.literal('adaptive') }),
  z.looseObject({ type: z.literal('disabled') }),
])
const format = z.looseObject({ type: z.literal('json_schema'), schema: jsonObject })

/** The part of a request that `POST /v1/messages/count_tokens` takes too. */
const counted = {
  model: modelId,
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(textBlock)]).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: z.looseObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(), format: format.nullish() }).nullish(),
  /** The name that `output_config.format` had before. */
  output_format: format.nullish(),
}

/** A request to `POST /v1/messages`. */
export const messagesRequest = z.looseObject({
  ...counted,
  max_tokens: z.number().int().min(1),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
})
export type MessagesRequest = z.infer<typeof messagesRequest>

/** A request to `POST /v1/messages/count_tokens`. */
export const messagesCountRequest = z.looseObject(counted)

const usage = z.looseObject({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
})
export type MessagesUsage = z.infer<typeof usage>
const ending = { stop_reason: z.string().nullish(), stop_sequence: z.string().nullish() }

/** A whole answer. */
export const messagesAnswer = z.looseObject({ type: z.literal('message'), content: z.array(answerBlock), usage: usage.nullish(), ...ending })

const blockDelta = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text_delta'), text: z.string() }),
  z.looseObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  z.looseObject({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.looseObject({ type: z.literal('signature_delta'), signature: z.string() }),
  z.looseObject({ type: z.literal('citations_delta') }),
])

/** An event of a streamed answer. */
export const messagesEvent = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('message_start'), message: z.looseObject({ usage: usage.nullish() }) }),
  z.looseObject({ type: z.literal('content_block_start'), index: z.number().int(), content_block: answerBlock }),
  z.looseObject({ type: z.literal('content_block_delta'), index: z.number().int(), delta: blockDelta }),
  z.looseObject({ type: z.literal('content_block_stop'), index: z.number().int() }),
  z.looseObject({ type: z.literal('message_delta'), delta: z.looseObject(ending), usage: usage.nullish() }),
  z.looseObject({ type: z.literal('message_stop') }),
  z.looseObject({ type: z.literal('ping') }),
  z.looseObject({ type: z.literal('error'), error: z.looseObject({ type: z.string().optional(), message: z.string().optional() }) }),
])
