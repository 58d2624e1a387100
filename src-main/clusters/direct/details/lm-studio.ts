import { z } from 'zod'
import type { ModelStatus, Operation } from '@shared/domain/model'
import { inputs, type FoundModel } from '../model-entry'
import { profiles } from '../profiles'
import { orNothing } from '../questions'
import type { Details } from './details'

const tokens = z.number().int().positive().optional().catch(undefined)

/** `GET /api/v0/models` (lmstudio.ai, REST API v0). */
export const lmStudioList = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      state: z.string(),
      max_context_length: tokens,
      /** While it is loaded: what it was loaded with. */
      loaded_context_length: tokens,
      capabilities: z.array(z.string()).optional().catch(undefined),
    }),
  ),
})

/** A model that is not loaded is loaded by the first request for it. */
const statuses: Readonly<Record<string, ModelStatus>> = { loaded: 'live', 'not-loaded': 'offline', loading: 'starting' }
const onlyEmbeds: Operation[] = ['embeddings']

export const describeLmStudio: Details = async (list, questions) => {
  const native = await orNothing(questions.read('/api/v0/models', lmStudioList))
  const byId = new Map(native?.data.map((model) => [model.id, model]))
  const speaks = profiles['lm-studio'].operations?.filter((operation) => operation !== 'embeddings') ?? []
  return {
    models: list.map((model): FoundModel => {
      const known = byId.get(model.id)
      if (known === undefined) return model
      const contextTokens = known.loaded_context_length ?? known.max_context_length
      const doesEmbed = known.type === 'embeddings'
      return {
        ...model,
        status: statuses[known.state] ?? 'unknown',
        operations: doesEmbed ? onlyEmbeds : [...speaks],
        ...(contextTokens !== undefined && { contextTokens }),
        ...(!doesEmbed && { capabilities: { ...inputs(known.type === 'vlm'), ...(known.capabilities !== undefined && { hasToolCalling: known.capabilities.includes('tool_use') }) } }),
      }
    }),
  }
}
