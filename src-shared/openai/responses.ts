import { z } from 'zod'
import { modelId } from '../domain/model'

/** The Responses protocol (OpenAI's API reference, "Responses"); tools that OpenAI itself runs are told by `type` alone. */
const jsonObject = z.record(z.string(), z.unknown())

const inputPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('input_text'), text: z.string() }),
  z.looseObject({ type: z.literal('output_text'), text: z.string() }),
  z.looseObject({ type: z.literal('refusal'), refusal: z.string() }),
  z.looseObject({ type: z.literal('input_image'), image_url: z.string(), detail: z.string().nullish() }),
  z.looseObject({ type: z.literal('input_file'), file_data: z.string(), filename: z.string().nullish() }),
])
export type ResponsesInputPart = z.infer<typeof inputPart>
const content = z.union([z.string(), z.array(inputPart)])

const texts = z.array(z.looseObject({ text: z.string() }))
const reasoningItem = z.looseObject({ type: z.literal('reasoning'), summary: texts.nullish(), content: texts.nullish(), encrypted_content: z.string().nullish() })
export type ResponsesReasoningItem = z.infer<typeof reasoningItem>
const callItem = z.looseObject({ type: z.literal('function_call'), call_id: z.string(), name: z.string(), arguments: z.string() })
const customCallItem = z.looseObject({ type: z.literal('custom_tool_call'), call_id: z.string(), name: z.string(), input: z.string() })

const knownItem = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('message'), role: z.enum(['user', 'system', 'developer', 'assistant']), content }),
  callItem,
  customCallItem,
  z.looseObject({ type: z.literal('function_call_output'), call_id: z.string(), output: content }),
  z.looseObject({ type: z.literal('custom_tool_call_output'), call_id: z.string(), output: content }),
  reasoningItem,
  z.looseObject({ type: z.literal('other'), name: z.string() }),
])
const knownItems = new Set(['message', 'function_call', 'custom_tool_call', 'function_call_output', 'custom_tool_call_output', 'reasoning'])

/** An item; a message may leave its `type` out, and items of other kinds are kept by name only. */
const item = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null) return value
  if (!('type' in value)) return { type: 'message', ...value }
  return typeof value.type === 'string' && !knownItems.has(value.type) ? { type: 'other', name: value.type } : value
}, knownItem)
export type ResponsesItem = z.infer<typeof knownItem>

const tool = z.looseObject({ type: z.string(), name: z.string().nullish(), description: z.string().nullish(), parameters: jsonObject.nullish(), strict: z.boolean().nullish() })
const format = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), name: z.string(), schema: jsonObject, description: z.string().nullish(), strict: z.boolean().nullish() }),
])

/** A request to `POST /v1/responses`. The fields from `store` on are the gateway's to serve, or hints. */
export const responsesRequest = z.looseObject({
  model: modelId,
  input: z.union([z.string(), z.array(item)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.union([z.enum(['auto', 'none', 'required']), z.looseObject({ type: z.string(), name: z.string().nullish() })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.looseObject({ format: format.nullish() }).nullish(),
  reasoning: z.looseObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish() }).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().nullish(),
  store: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  include: z.array(z.string()).nullish(),
  prompt_cache_key: z.string().nullish(),
  stream_options: z.looseObject({}).nullish(),
})
export type ResponsesRequest = z.infer<typeof responsesRequest>

const usage = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  input_tokens_details: z.looseObject({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() }).nullish(),
  output_tokens_details: z.looseObject({ reasoning_tokens: z.number().nullish() }).nullish(),
})
export type ResponsesUsage = z.infer<typeof usage>

const error = z.looseObject({ code: z.string().nullish(), message: z.string().nullish() })

/** A whole answer, also inside the events that begin and end a stream. */
export const responsesAnswer = z.looseObject({
  object: z.literal('response'),
  status: z.string().nullish(),
  output: z.array(item),
  incomplete_details: z.looseObject({ reason: z.string().nullish() }).nullish(),
  error: error.nullish(),
  usage: usage.nullish(),
})
export type ResponsesAnswer = z.infer<typeof responsesAnswer>

const place = { output_index: z.number().int() }
const delta = { ...place, delta: z.string() }

/** The events of a streamed answer that say something which no other says. */
export const responsesEvent = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('response.created') }),
  z.looseObject({ type: z.literal('response.output_item.added'), ...place, item }),
  z.looseObject({ type: z.literal('response.output_item.done'), ...place, item }),
  z.looseObject({ type: z.literal('response.output_text.delta'), ...delta }),
  z.looseObject({ type: z.literal('response.refusal.delta'), ...delta }),
  z.looseObject({ type: z.literal('response.reasoning_text.delta'), ...delta }),
  z.looseObject({ type: z.literal('response.reasoning_summary_part.added'), ...place, summary_index: z.number().int() }),
  z.looseObject({ type: z.literal('response.reasoning_summary_text.delta'), ...delta }),
  z.looseObject({ type: z.literal('response.function_call_arguments.delta'), ...delta }),
  z.looseObject({ type: z.literal('response.completed'), response: responsesAnswer }),
  z.looseObject({ type: z.literal('response.incomplete'), response: responsesAnswer }),
  z.looseObject({ type: z.literal('response.failed'), response: z.looseObject({ error: error.nullish() }) }),
  z.looseObject({ type: z.literal('error'), message: z.string().nullish(), error: error.nullish() }),
])
