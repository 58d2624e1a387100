import { z } from 'zod'
import { modelId } from '../domain/model'

const contentPart = z.looseObject({ type: z.string() })

const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(contentPart), z.null()]).optional(),
})

/** A request to `POST /v1/chat/completions`: the fields the gateway acts on are checked, what engines add passes through. */
export const chatCompletionRequest = z.looseObject({
  model: modelId,
  messages: z.array(chatMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.number().int().min(1).max(128).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
})
export type ChatCompletionRequest = z.infer<typeof chatCompletionRequest>

/** OpenAI's `usage` object, in the last chunk of a stream or in the whole answer. */
export const wireUsage = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number().default(0),
  total_tokens: z.number(),
})

export const wireModel = z.looseObject({ id: z.string(), object: z.literal('model').optional(), owned_by: z.string().optional() })
export const wireModelList = z.looseObject({ data: z.array(wireModel) })
