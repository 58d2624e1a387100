import { z } from 'zod'
import type { ModelCapabilities, ModelInfo } from '@shared/domain/model'

/** A model as its server tells of it; whose cluster and framework it is, the configuration says. */
export type FoundModel = Omit<ModelInfo, 'cluster' | 'framework'>

const tokens = z.number().int().positive().optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const words = z.array(z.string()).optional().catch(undefined)
const supported = z.looseObject({ supported: z.boolean() }).optional().catch(undefined)

/** One entry of a list of models; each server adds fields of its own to OpenAI's four. */
export const modelEntry = z.looseObject({
  id: z.string(),
  type: text,
  owned_by: text,
  display_name: text,
  /** vLLM. */
  max_model_len: tokens,
  /** SambaNova, OpenRouter. */
  context_length: tokens,
  /** Groq. */
  context_window: tokens,
  /** Mistral. */
  max_context_length: tokens,
  /** Anthropic. */
  max_input_tokens: tokens,
  /** llama-server; null while the model is being loaded. */
  meta: z.looseObject({ n_ctx: tokens, n_ctx_train: tokens }).nullish().catch(undefined),
  /** llama-server with several models. */
  status: z.looseObject({ value: z.string() }).optional().catch(undefined),
  /** Anthropic; Mistral has booleans by other names. */
  capabilities: z.looseObject({ image_input: supported, thinking: supported, vision: z.boolean().optional().catch(undefined), function_calling: z.boolean().optional().catch(undefined) }).nullish().catch(undefined),
  /** OpenRouter. */
  architecture: z.looseObject({ input_modalities: words }).optional().catch(undefined),
})
export type ModelEntry = z.infer<typeof modelEntry>

export function contextOf(entry: ModelEntry): number | undefined {
  return entry.max_model_len ?? entry.context_length ?? entry.context_window ?? entry.max_context_length ?? entry.max_input_tokens ?? entry.meta?.n_ctx ?? entry.meta?.n_ctx_train
}

export function capabilitiesOf({ capabilities, architecture, type, display_name: displayName }: ModelEntry): ModelCapabilities | undefined {
  const hasImages = capabilities?.image_input?.supported ?? capabilities?.vision ?? architecture?.input_modalities?.includes('image')
  const hasReasoning = capabilities?.thinking?.supported
  // Every model of Anthropic's calls tools; its list does not say so.
  const hasToolCalling = capabilities?.function_calling ?? (type === 'model' && displayName !== undefined ? true : undefined)
  const found: ModelCapabilities = { ...inputs(hasImages), ...(hasReasoning !== undefined && { hasReasoning }), ...(hasToolCalling !== undefined && { hasToolCalling }) }
  return Object.keys(found).length === 0 ? undefined : found
}

export function inputs(hasImages: boolean | undefined): Pick<ModelCapabilities, 'inputModalities'> {
  return hasImages === undefined ? {} : { inputModalities: hasImages ? ['text', 'image'] : ['text'] }
}

/** What the list alone says of a model. */
export function modelOfEntry(entry: ModelEntry): FoundModel {
  const contextTokens = contextOf(entry)
  const capabilities = capabilitiesOf(entry)
  return { id: entry.id, status: 'live', ...(contextTokens !== undefined && { contextTokens }), ...(capabilities !== undefined && { capabilities }) }
}
