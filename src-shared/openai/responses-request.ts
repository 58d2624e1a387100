import { z } from 'zod'
import { between, type CrossCheck, either, flag, jsonObject, list, literal, metadata, modelName, name, object, oneOf, streamOptionsNeedStream, tagged, taggedOrOther, text, textOr, wholeBetween, wholeFrom, withChecks } from '../checks'
import { reasoningEffort, serviceTier, verbosity } from './chat'

/**
 * A request to `POST /v1/responses` as OpenAI takes it (API reference, "Responses"). Items and tools of the many other kinds, which
 * a place that speaks this protocol may know, pass unread; `responses.ts` holds what is understood of them.
 */
const detail = oneOf('auto', 'low', 'high', 'original').nullish()
const part = tagged('type', [
  object({ type: literal('input_text'), text }),
  object({ type: literal('output_text'), text }),
  object({ type: literal('refusal'), refusal: text }),
  object({ type: literal('input_image'), image_url: text.nullish(), file_id: text.nullish(), detail }),
  object({ type: literal('input_file'), file_data: text.nullish(), file_id: text.nullish(), file_url: text.nullish(), filename: text.nullish(), detail }),
  object({ type: literal('input_audio'), input_audio: object({ data: text, format: text }) }),
])
const content = textOr('a list of parts', list(part))

const call = { call_id: text, name: text }
const texts = list(object({ text }))
const knownItem = taggedOrOther([
  object({ type: literal('message').optional(), role: oneOf('user', 'assistant', 'system', 'developer'), content }),
  object({ type: literal('function_call'), ...call, arguments: text }),
  object({ type: literal('function_call_output'), call_id: text, output: content }),
  object({ type: literal('custom_tool_call'), ...call, input: text }),
  object({ type: literal('custom_tool_call_output'), call_id: text, output: content }),
  object({ type: literal('reasoning'), summary: texts.nullish(), content: texts.nullish(), encrypted_content: text.nullish() }),
  object({ type: literal('item_reference'), id: text }),
])
/** A reference may leave its type out. */
const reference = object({ type: z.null().optional(), id: text, role: z.undefined().optional() })
const item = either('an item', knownItem, reference)

const functionTool = { name: name(128), description: text.nullish() }
const tool = taggedOrOther([
  object({ type: literal('function'), ...functionTool, parameters: jsonObject.nullish(), strict: flag.nullish() }),
  object({ type: literal('custom'), ...functionTool }),
  object({ type: literal('namespace'), name: text, tools: list(jsonObject) }),
])

const toolChoice = either(
  'none, auto, required or an object that names a tool',
  oneOf('none', 'auto', 'required'),
  taggedOrOther([object({ type: literal('function'), name: text }), object({ type: literal('custom'), name: text }), object({ type: literal('allowed_tools'), mode: oneOf('auto', 'required'), tools: list(jsonObject) })]),
)

const format = tagged('type', [
  object({ type: literal('text') }),
  object({ type: literal('json_object') }),
  object({ type: literal('json_schema'), name: name(64), schema: jsonObject, description: text.nullish(), strict: flag.nullish() }),
])

const responsesRequest = object({
  model: modelName,
  input: textOr('a list of items', list(item)).nullish(),
  instructions: text.nullish(),
  previous_response_id: text.nullish(),
  conversation: either('an id or an object with an id', text, object({ id: text })).nullish(),
  prompt: object({ id: text }).nullish(),
  include: list(text).nullish(),
  stream: flag.nullish(),
  stream_options: object({ include_obfuscation: flag.nullish() }).nullish(),
  store: flag.nullish(),
  background: flag.nullish(),
  truncation: oneOf('auto', 'disabled').nullish(),
  max_output_tokens: wholeFrom(1).nullish(),
  max_tool_calls: wholeFrom(1).nullish(),
  temperature: between(0, 2).nullish(),
  top_p: between(0, 1).nullish(),
  top_logprobs: wholeBetween(0, 20).nullish(),
  reasoning: object({ effort: reasoningEffort.nullish(), summary: text.nullish() }).nullish(),
  text: object({ format: format.nullish(), verbosity: verbosity.nullish() }).nullish(),
  tools: list(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: flag.nullish(),
  metadata: metadata.nullish(),
  service_tier: serviceTier.nullish(),
  user: text.nullish(),
  safety_identifier: text.nullish(),
  prompt_cache_key: text.nullish(),
})
type ResponsesBody = z.infer<typeof responsesRequest>

const hasSomethingToAnswer: CrossCheck<ResponsesBody> = (body, refuse) => {
  if (body.input == null && body.prompt == null && body.previous_response_id == null && body.conversation == null) refuse(['input'], 'is missing')
}

const hasOneHistory: CrossCheck<ResponsesBody> = (body, refuse) => {
  if (body.previous_response_id != null && body.conversation != null) refuse(['conversation'], 'is not allowed together with "previous_response_id"')
}

/** A tool may also come from a namespace, or be found by a search while the answer is made. */
const choiceIsOffered: CrossCheck<ResponsesBody> = ({ tools, tool_choice: choice }, refuse) => {
  if (choice == null || typeof choice === 'string' || (choice.type !== 'function' && choice.type !== 'custom')) return
  const isFixed = (tools ?? []).every(({ type }) => type === 'function' || type === 'custom')
  if (isFixed && !(tools ?? []).some((tool) => 'name' in tool && tool.name === choice['name'])) refuse(['tool_choice', 'name'], `names "${String(choice['name'])}", which is not in "tools"`)
}

export const responsesBody = withChecks(responsesRequest, hasSomethingToAnswer, hasOneHistory, streamOptionsNeedStream, choiceIsOffered)
