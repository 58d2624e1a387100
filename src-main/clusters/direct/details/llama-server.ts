import { z } from 'zod'
import type { ModelStatus } from '@shared/domain/model'
import { inputs, type FoundModel } from '../model-entry'
import { orNothing } from '../questions'
import type { Details } from './details'

const flag = z.boolean().optional().catch(undefined)
const count = z.number().int().positive().optional().catch(undefined)

/** `GET /props` (llama.cpp, tools/server/README.md). */
export const llamaProps = z.looseObject({
  total_slots: z.number().int(),
  /** Of one slot. */
  default_generation_settings: z.looseObject({ n_ctx: count }).optional().catch(undefined),
  modalities: z.looseObject({ vision: flag }).optional().catch(undefined),
  chat_template_caps: z.looseObject({ supports_tools: flag }).optional().catch(undefined),
  build_info: z.string().optional().catch(undefined),
  is_sleeping: flag,
})

/** Of a server that manages several models (its entries have `status.value`); one that is not loaded is loaded by the first request for it. */
const statuses: Readonly<Record<string, ModelStatus>> = { loaded: 'live', loading: 'starting', unloaded: 'offline', sleeping: 'offline', downloading: 'starting' }

export const llamaStatus = (value: string): ModelStatus => statuses[value] ?? 'unknown'

export const describeLlamaServer: Details = async (list, questions) => {
  const [health, props] = await Promise.all([orNothing(questions.status('/health')), orNothing(questions.read('/props', llamaProps))])
  // 503 until the model is in memory.
  if (health === 503) return { models: list.map((model) => ({ ...model, status: 'starting', reason: 'The server is loading the model.' })) }
  if (props === undefined) return { models: list }
  const contextTokens = props.default_generation_settings?.n_ctx
  const hasToolCalling = props.chat_template_caps?.supports_tools
  const told: Partial<FoundModel> = {
    ...(contextTokens !== undefined && { contextTokens }),
    ...(props.total_slots > 0 && { capacity: props.total_slots }),
    capabilities: { ...inputs(props.modalities?.vision), ...(hasToolCalling !== undefined && { hasToolCalling }) },
    ...(props.is_sleeping === true && { status: 'offline' as const }),
  }
  return {
    // What it says of itself is of its one model.
    models: list.length === 1 ? list.map((model) => ({ ...model, ...told })) : list,
    ...(props.build_info !== undefined && { version: props.build_info }),
  }
}
