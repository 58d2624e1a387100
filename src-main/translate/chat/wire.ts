import { z } from 'zod'
import { modelId } from '@shared/domain/model'
import { efforts } from '../conversation'

const jsonObject = z.record(z.string(), z.unknown())
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() })
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })
const imagePart = z.looseObject({ type: z.literal('image_url'), image_url: z.union([z.string(), z.looseObject({ url: z.string(), detail: z.string().nullish() })]) })
const filePart = z.looseObject({ type: z.literal('file'), file: z.looseObject({ file_data: z.string(), filename: z.string().nullish() }) })
const inputContent = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart, filePart]))])
export type ChatInputContent = z.infer<typeof inputContent>

const toolCall = z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) })
const reasoning = { reasoning_content: z.string().nullish(), reasoning: z.string().nullish() }

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: inputContent }),
  z.looseObject({ role: z.literal('developer'), content: inputContent }),
  z.looseObject({ role: z.literal('user'), content: inputContent }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
    ...reasoning,
  }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content: inputContent }),
])

/** A tool; the ones that are no function are told apart by `type` alone. */
const tool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string(), description: z.string().nullish(), parameters: jsonObject.nullish(), strict: z.boolean().nullish() }).optional(),
})
const toolChoice = z.union([z.enum(['auto', 'none', 'required']), z.looseObject({ function: z.looseObject({ name: z.string() }) }), z.looseObject({ type: z.string() })])
const responseFormat = z.union([
  z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ name: z.string(), schema: jsonObject.nullish(), description: z.string().nullish(), strict: z.boolean().nullish() }) }),
  z.looseObject({ type: z.enum(['text', 'json_object']) }),
])

/** A request in full, where it has to be understood to be said in another protocol. */
export const chatRequest = z.looseObject({
  model: modelId,
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  reasoning_effort: z.enum(efforts).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  user: z.string().nullish(),
})
export type ChatRequestBody = z.infer<typeof chatRequest>
export type ChatMessage = z.infer<typeof message>

export const chatUsage = z.looseObject({
  prompt_tokens: z.number().default(0),
  completion_tokens: z.number().default(0),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.number().nullish() }).nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.number().nullish() }).nullish(),
})
export type ChatUsage = z.infer<typeof chatUsage>

/** vLLM says in `stop_reason` which sequence, or token, ended the text. */
const ending = { finish_reason: z.string().nullish(), stop_reason: z.union([z.string(), z.number()]).nullish() }

export const chatAnswer = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        message: z.looseObject({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(toolCall).nullish(), ...reasoning }),
        ...ending,
      }),
    )
    .min(1),
  usage: chatUsage.nullish(),
})

const callDelta = z.looseObject({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  function: z.looseObject({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
})

export const chatChunk = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        index: z.number().int().nullish(),
        delta: z.looseObject({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(callDelta).nullish(), ...reasoning }).nullish(),
        ...ending,
      }),
    )
    .nullish(),
  usage: chatUsage.nullish(),
  error: z.union([z.string(), z.looseObject({ message: z.string().optional(), type: z.string().nullish() })]).nullish(),
})
