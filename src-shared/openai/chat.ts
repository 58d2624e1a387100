import { z } from 'zod'
import { between, type CrossCheck, either, flag, jsonObject, list, listUpTo, literal, logitBias, metadata, modelName, name, object, oneOf, seed, stop, streamOptions, streamOptionsNeedStream, tagged, text, textOr, wholeBetween, wholeFrom, withChecks } from '../checks'

/** The Chat Completions protocol (OpenAI's API reference, "Chat"); fields that engines add pass unread. */
const textPart = object({ type: literal('text'), text })
const imagePart = object({ type: literal('image_url'), image_url: object({ url: text, detail: oneOf('auto', 'low', 'high').nullish() }) })
const audioPart = object({ type: literal('input_audio'), input_audio: object({ data: text, format: oneOf('wav', 'mp3') }) })
const filePart = object({ type: literal('file'), file: object({ file_data: text.nullish(), file_id: text.nullish(), filename: text.nullish() }) })
const refusalPart = object({ type: literal('refusal'), refusal: text })
/** vLLM's, for models that see videos and hear. */
const videoUrlPart = object({ type: literal('video_url'), video_url: object({ url: text }) })
const audioUrlPart = object({ type: literal('audio_url'), audio_url: object({ url: text }) })

const parts = 'a list of parts'
const textContent = textOr(parts, list(tagged('type', [textPart])))
const userContent = textOr(parts, list(tagged('type', [textPart, imagePart, audioPart, filePart, videoUrlPart, audioUrlPart])))
const answerContent = textOr(parts, list(tagged('type', [textPart, refusalPart])))
/** Pictures too: engines take them, and so does the Messages protocol. */
const resultContent = textOr(parts, list(tagged('type', [textPart, imagePart])))

const toolCall = tagged('type', [
  object({ type: literal('function').optional(), id: text, function: object({ name: text, arguments: text }) }),
  object({ type: literal('custom'), id: text, custom: object({ name: text, input: text }) }),
])

const named = { name: text.nullish() }
const chatMessage = tagged('role', [
  object({ role: literal('system'), content: textContent, ...named }),
  object({ role: literal('developer'), content: textContent, ...named }),
  object({ role: literal('user'), content: userContent, ...named }),
  object({
    role: literal('assistant'),
    content: answerContent.nullish(),
    refusal: text.nullish(),
    tool_calls: list(toolCall).nullish(),
    function_call: object({ name: text, arguments: text }).nullish(),
    audio: object({ id: text }).nullish(),
    ...named,
  }),
  object({ role: literal('tool'), content: resultContent, tool_call_id: text }),
  object({ role: literal('function'), content: text.nullish(), name: text }),
])

const tool = tagged('type', [
  object({ type: literal('function'), function: object({ name: name(64), description: text.nullish(), parameters: jsonObject.nullish(), strict: flag.nullish() }) }),
  object({ type: literal('custom'), custom: object({ name: name(64), description: text.nullish() }) }),
])

const toolChoice = either(
  'none, auto, required or an object that names a tool',
  oneOf('none', 'auto', 'required'),
  tagged('type', [
    object({ type: literal('function'), function: object({ name: text }) }),
    object({ type: literal('custom'), custom: object({ name: text }) }),
    object({ type: literal('allowed_tools'), allowed_tools: object({ mode: oneOf('auto', 'required'), tools: list(jsonObject) }) }),
  ]),
)

/** The last two are vLLM's. */
const responseFormat = tagged('type', [
  object({ type: literal('text') }),
  object({ type: literal('json_object') }),
  object({ type: literal('json_schema'), json_schema: object({ name: name(64), schema: jsonObject, description: text.nullish(), strict: flag.nullish() }) }),
  object({ type: literal('structural_tag') }),
  object({ type: literal('grammar') }),
])

export const reasoningEffort = oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')
export const serviceTier = oneOf('auto', 'default', 'flex', 'scale', 'priority')
export const verbosity = oneOf('low', 'medium', 'high')

/** The fields of a request to `POST /v1/chat/completions`, each by itself; an engine may extend it. */
export const chatCompletionRequest = object({
  model: modelName,
  messages: list(chatMessage).min(1, 'must have at least one entry'),
  stream: flag.nullish(),
  stream_options: streamOptions.nullish(),
  temperature: between(0, 2).nullish(),
  top_p: between(0, 1).nullish(),
  n: wholeBetween(1, 128).nullish(),
  max_tokens: wholeFrom(1).nullish(),
  max_completion_tokens: wholeFrom(1).nullish(),
  presence_penalty: between(-2, 2).nullish(),
  frequency_penalty: between(-2, 2).nullish(),
  logit_bias: logitBias.nullish(),
  logprobs: flag.nullish(),
  top_logprobs: wholeBetween(0, 20).nullish(),
  seed: seed.nullish(),
  stop: stop.nullish(),
  tools: listUpTo(tool, 128).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: flag.nullish(),
  functions: listUpTo(object({ name: name(64), parameters: jsonObject.nullish() }), 128).nullish(),
  function_call: either('none, auto or an object that names a function', oneOf('none', 'auto'), object({ name: text })).nullish(),
  response_format: responseFormat.nullish(),
  reasoning_effort: reasoningEffort.nullish(),
  verbosity: verbosity.nullish(),
  modalities: listUpTo(oneOf('text', 'audio'), 2).nullish(),
  audio: jsonObject.nullish(),
  prediction: object({ type: literal('content'), content: textOr(parts, list(object({ type: text, text }))) }).nullish(),
  web_search_options: object({
    search_context_size: oneOf('low', 'medium', 'high').nullish(),
    user_location: object({ type: literal('approximate'), approximate: jsonObject }).nullish(),
  }).nullish(),
  store: flag.nullish(),
  metadata: metadata.nullish(),
  service_tier: serviceTier.nullish(),
  user: text.nullish(),
  safety_identifier: text.nullish(),
  prompt_cache_key: text.nullish(),
})
export type ChatCompletionRequest = z.infer<typeof chatCompletionRequest>

const logprobsAreAskedFor: CrossCheck<ChatCompletionRequest> = (body, refuse) => {
  if (body.top_logprobs != null && body.logprobs !== true) refuse(['top_logprobs'], 'is only allowed when "logprobs" is true')
}

const choiceIsOffered: CrossCheck<ChatCompletionRequest> = ({ tools, tool_choice: choice }, refuse) => {
  if (choice == null || choice === 'none' || choice === 'auto') return
  if (tools == null || tools.length === 0) {
    refuse(['tool_choice'], 'is only allowed when "tools" are given')
    return
  }
  if (choice === 'required' || choice.type === 'allowed_tools') return
  const wanted = choice.type === 'function' ? choice.function.name : choice.custom.name
  if (!tools.some((tool) => (tool.type === 'function' ? tool.function.name : tool.custom.name) === wanted)) refuse(['tool_choice', choice.type, 'name'], `names "${wanted}", which is not in "tools"`)
}

/** A request to `POST /v1/chat/completions` as OpenAI takes it. */
export const chatBody = withChecks(chatCompletionRequest, streamOptionsNeedStream, logprobsAreAskedFor, choiceIsOffered)

/** OpenAI's `usage` object, in the last chunk of a stream or in the whole answer. */
export const wireUsage = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number().default(0),
  total_tokens: z.number(),
})

export const wireModel = z.looseObject({ id: z.string(), object: z.literal('model').optional(), owned_by: z.string().optional() })
export const wireModelList = z.looseObject({ data: z.array(wireModel) })
