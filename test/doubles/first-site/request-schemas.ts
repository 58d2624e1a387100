import { z } from 'zod'

/** Bodies as FIRST's own schemas take them (wire/first.md, "Request bodies are strict"): no extra key, at any depth, where `strict` is said. */
const strict = z.strictObject

const penalty = z.number().min(-2).max(2).nullish()
const probability = z.number().min(0).max(1).nullish()
const temperature = z.number().min(0).max(2).nullish()
const bias = z.record(z.string(), z.number().min(-100).max(100)).nullish()
const count = z.number().int().min(0).nullish()
const seed = z.number().int().nullish()
const n = z.number().int().min(1).max(128).nullish()
const stop = z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish()
const text = z.string()

const part = z.discriminatedUnion('type', [
  strict({ type: z.literal('text'), text }),
  strict({ type: z.literal('image_url'), image_url: strict({ url: text, detail: z.enum(['low', 'high', 'auto']).nullish() }) }),
  strict({ type: z.literal('input_audio'), input_audio: strict({ data: text, format: z.enum(['wav', 'mp3']) }) }),
  strict({ type: z.literal('file'), file: strict({ file_data: text.nullish(), file_id: text.nullish(), filename: text.nullish() }) }),
])
const spoken = z.discriminatedUnion('type', [strict({ type: z.literal('text'), text }), strict({ type: z.literal('refusal'), refusal: text })])
const toolCall = strict({ id: text, type: z.literal('function'), function: strict({ name: text, arguments: text }) })
/** FIRST takes a list of strings here, and no content parts. */
const words = z.union([text, z.array(text)])

const message = z.discriminatedUnion('role', [
  strict({ role: z.literal('developer'), content: words, name: text.nullish() }),
  strict({ role: z.literal('system'), content: words, name: text.nullish() }),
  strict({ role: z.literal('user'), content: z.union([text, z.array(part)]), name: text.nullish() }),
  strict({
    role: z.literal('assistant'),
    content: z.union([text, z.array(spoken)]).nullish(),
    name: text.nullish(),
    audio: strict({ id: text }).nullish(),
    refusal: text.nullish(),
    tool_calls: z.array(toolCall).nullish(),
    reasoning: text.nullish(),
    reasoning_content: text.nullish(),
  }),
  strict({ role: z.literal('tool'), content: words, tool_call_id: text }),
])

const tool = strict({
  type: z.literal('function'),
  function: strict({ name: text.max(64).regex(/^[\w-]+$/), description: text.nullish(), parameters: z.record(z.string(), z.unknown()).nullish(), strict: z.boolean().nullish() }),
})

const responseFormat = z.discriminatedUnion('type', [
  strict({ type: z.literal('text') }),
  strict({ type: z.literal('json_object') }),
  strict({ type: z.literal('json_schema'), json_schema: strict({ name: text.max(64), description: text.nullish(), schema: z.record(z.string(), z.unknown()).nullish(), strict: z.boolean().nullish() }) }),
])

const chat = strict({
  model: text.min(1),
  messages: z.array(message),
  frequency_penalty: penalty,
  logit_bias: bias,
  logprobs: z.boolean().nullish(),
  max_completion_tokens: count,
  max_tokens: count,
  metadata: z.record(text.max(64), text.max(512)).nullish(),
  modalities: z.array(z.enum(['text', 'audio'])).min(1).max(2).nullish(),
  n,
  parallel_tool_calls: z.boolean().nullish(),
  prediction: strict({ type: z.literal('content'), content: z.union([text, z.array(strict({ type: z.literal('text'), text }))]) }).nullish(),
  presence_penalty: penalty,
  reasoning_effort: z.enum(['low', 'medium', 'high']).nullish(),
  response_format: responseFormat.nullish(),
  seed,
  service_tier: z.enum(['auto', 'default']).nullish(),
  stop,
  stream: z.boolean().nullish(),
  stream_options: strict({ include_usage: z.boolean().nullish() }).nullish(),
  store: z.boolean().nullish(),
  temperature,
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), strict({ type: z.literal('function'), function: strict({ name: text }) })]).nullish(),
  tools: z.array(tool).max(128).nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  top_p: probability,
  user: text.nullish(),
  web_search_options: z.record(z.string(), z.unknown()).nullish(),
  extra_body: strict({ use_beam_search: z.boolean() }).nullish(),
})

const completions = strict({
  model: text.min(1),
  prompt: z.union([text, z.array(text), z.array(z.number().int()), z.array(z.array(z.number().int()))]),
  best_of: z.number().int().min(0).max(20).nullish(),
  echo: z.boolean().nullish(),
  frequency_penalty: penalty,
  logit_bias: bias,
  logprobs: z.number().int().min(0).max(5).nullish(),
  max_tokens: count,
  n,
  presence_penalty: penalty,
  seed,
  stop,
  stream: z.boolean().nullish(),
  stream_options: strict({ include_usage: z.boolean() }).nullish(),
  suffix: text.nullish(),
  temperature,
  top_p: probability,
  user: text.nullish(),
})

const embeddings = strict({
  model: text,
  input: z.union([text, z.array(text).min(1).max(2048), z.array(z.number().int()).min(1).max(2048), z.array(z.array(z.number().int()).min(1).max(2048)).min(1).max(2048)]),
  dimensions: z.number().int().min(1).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: text.nullish(),
})

const responses = z.looseObject({ model: text.min(1), input: z.union([text, z.array(z.looseObject({}))]), stream: z.boolean().nullish() })
const messages = z.looseObject({ model: text.min(1), max_tokens: z.number().int(), messages: z.array(z.looseObject({ role: text })), stream: z.boolean().nullish() })

/** By the path below `/v1/`. */
export const requestSchemas = { 'chat/completions': chat, completions, embeddings, responses, messages } as const
export type Endpoint = keyof typeof requestSchemas

export const isEndpoint = (path: string): path is Endpoint => Object.hasOwn(requestSchemas, path)

export interface Fault {
  readonly type: string
  readonly loc: readonly (string | number)[]
  readonly msg: string
}

/** FIRST checks these by validators of its own, whose faults name the field and not what is inside. */
const depths: Readonly<Record<string, number>> = { messages: 2, response_format: 1 }

/** What FIRST's 422 says of a body: `loc` begins with where it came from. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
    const depth = depths[String(path[0])]
    if (depth !== undefined && path.length >= depth) return [{ type: 'value_error', loc: ['body', 'payload', ...path.slice(0, depth)], msg: `Value error, ${issue.message}` }]
    const loc = ['body', 'payload', ...path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ type: 'extra_forbidden', loc: [...loc, key], msg: 'Extra inputs are not permitted' }))
    if (issue.code === 'invalid_type' && issue.input === undefined) return [{ type: 'missing', loc, msg: 'Field required' }]
    return [{ type: 'value_error', loc, msg: issue.message }]
  })
}
