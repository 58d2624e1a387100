import { z } from 'zod'
import type { Operation } from '@shared/domain/model'
import { inputs, type FoundModel } from '../model-entry'
import { orNothing, type Questions } from '../questions'
import type { Details, Memory } from './details'

const named = z.looseObject({ name: z.string(), digest: z.string().optional().catch(undefined), context_length: z.number().int().positive().optional().catch(undefined) })
/** `GET /api/tags` and `GET /api/ps` (docs.ollama.com): what is there, and what is in memory. */
const ollamaModels = z.looseObject({ models: z.array(named) })
/** `POST /api/show`; the key of the context length begins with the architecture. */
const ollamaShow = z.looseObject({ capabilities: z.array(z.string()).optional().catch(undefined), model_info: z.record(z.string(), z.unknown()).optional().catch(undefined) })

/** Models that are asked about in one round; the rest is left to the next ones. */
const shownAtOnce = 4

export const describeOllama: Details = async (list, questions, memory) => {
  const [tags, loaded] = await Promise.all([orNothing(questions.read('/api/tags', ollamaModels)), orNothing(questions.read('/api/ps', ollamaModels))])
  const digests = new Map(tags?.models.map(({ name, digest }) => [name, digest ?? name]))
  const inMemory = new Map(loaded?.models.map((model) => [model.name, model]))
  await learn(list, digests, questions, memory)
  return {
    models: list.map((model): FoundModel => {
      const running = inMemory.get(model.id)
      const shown = memory.get(digests.get(model.id) ?? '')
      return {
        ...model,
        ...shown,
        // One that is not in memory is loaded by the first request for it.
        status: loaded === undefined || running !== undefined ? 'live' : 'offline',
        ...(running?.context_length !== undefined && { contextTokens: running.context_length }),
      }
    }),
  }
}

async function learn(list: readonly FoundModel[], digests: ReadonlyMap<string, string>, questions: Questions, memory: Memory): Promise<void> {
  const unknown = list.flatMap(({ id }) => {
    const digest = digests.get(id)
    return digest === undefined || memory.has(digest) ? [] : [{ id, digest }]
  })
  await Promise.all(
    unknown.slice(0, shownAtOnce).map(async ({ id, digest }) => {
      const shown = await orNothing(questions.read('/api/show', ollamaShow, { model: id }))
      if (shown !== undefined) memory.set(digest, told(shown))
    }),
  )
}

function told({ capabilities, model_info: info }: z.infer<typeof ollamaShow>): Partial<FoundModel> {
  const contextTokens = Object.entries(info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1]
  const doesEmbed = capabilities?.includes('embedding') === true && !capabilities.includes('completion')
  const operations: Operation[] = ['embeddings']
  return {
    ...(typeof contextTokens === 'number' && { contextTokens }),
    ...(doesEmbed && { operations }),
    ...(capabilities !== undefined && !doesEmbed && { capabilities: { ...inputs(capabilities.includes('vision')), hasToolCalling: capabilities.includes('tools'), hasReasoning: capabilities.includes('thinking') } }),
  }
}
