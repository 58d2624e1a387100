import { z } from 'zod'

/** A field that is not as it should be counts as not said: what a model can do is advice, never a reason to refuse a site. */
const advice = <Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema> | undefined> => schema.optional().catch(undefined)

const tokens = advice(z.number().int().positive())

/** `capabilities`, schema_version 1 (wire/first.md). */
export const capabilities = z.looseObject({
  schema_version: z.number(),
  api_protocols: advice(z.array(z.string())),
  context_window_tokens: tokens,
  input_modalities: advice(z.array(z.string())),
  streaming: advice(z.boolean()),
  reasoning: advice(
    z.looseObject({
      supported: z.boolean(),
      effort_levels: z.array(z.string()).optional(),
      default_effort: z.string().optional(),
      separate_output: z.boolean().optional(),
    }),
  ),
  tool_calling: advice(z.looseObject({ supported: z.boolean() })),
})
export type Capabilities = z.infer<typeof capabilities>

/** Of vLLM; some sites put them beside `capabilities`, some inside. */
const vllmSettings = { max_model_len: tokens, max_num_seqs: tokens, tool_call_parser: advice(z.string()), enable_auto_tool_choice: advice(z.boolean()) }

/** A model of `GET /{cluster}/models`; sites add what they like. */
export const modelDetails = z.looseObject({
  id: z.string(),
  object: z.string().optional(),
  cluster: z.string().optional(),
  framework: z.string().optional(),
  display_name: advice(z.string()),
  description: advice(z.string()),
  capabilities: advice(capabilities.extend(vllmSettings)),
  ...vllmSettings,
  rate_limit_token_per_minute: tokens,
  rate_limit_token_per_minute_per_user: tokens,
})
export type ModelDetails = z.infer<typeof modelDetails>

/** The answer of `GET /{cluster}/models`: a bare array. One entry that cannot be read does not hide the others. */
export const modelsAnswer = z.array(z.unknown()).transform((list) => list.flatMap((entry) => modelDetails.safeParse(entry).data ?? []))
