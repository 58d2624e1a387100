import { z } from 'zod'

/** A model id as users write it, for example `meta-llama/Llama-3.1-8B-Instruct`. */
export const modelId = z.string().min(1).max(256)

/** A cluster's name: lower-case letters, digits and dashes, at most 63, as in a host name. */
export const clusterName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and dashes, at most 63 in all')

export const framework = z.enum(['guide', 'llama', 'api', 'vllm', 'infinity'])
export type Framework = z.infer<typeof framework>

/** `live`, `starting`, `queued`, `offline` as ALCF's users know them (wire/first.md), and what else can be said of a model. */
export const modelStatus = z.enum(['live', 'starting', 'queued', 'offline', 'failed', 'maintenance', 'unknown'])
export type ModelStatus = z.infer<typeof modelStatus>

/** A model as one cluster serves it: what the picker shows and what a request is routed to. */
export const modelInfo = z.object({
  id: modelId,
  cluster: clusterName,
  framework,
  status: modelStatus,
  /** One sentence, where the status needs one: why it failed, what it waits for. */
  reason: z.string().optional(),
  contextTokens: z.number().int().positive().optional(),
  /** True for the built-in guide, which is not a language model. */
  isGuide: z.boolean().optional(),
  /** 0 to 1 while `starting`, where the engine says. */
  progress: z.number().min(0).max(1).optional(),
})
export type ModelInfo = z.infer<typeof modelInfo>
