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

/** The three protocols of an answer, by the names of FIRST's `capabilities.api_protocols` (wire/first.md). */
export const protocol = z.enum(['chat_completions', 'responses', 'messages'])
export type Protocol = z.infer<typeof protocol>

/** What a caller may ask of a model; each is a path below `/v1`. A protocol that a place does not serve is translated, the rest is not. */
export const operation = z.enum([...protocol.options, 'completions', 'embeddings', 'count_tokens'])
export type Operation = z.infer<typeof operation>

export const operationPaths: Readonly<Record<Operation, string>> = {
  chat_completions: '/chat/completions',
  responses: '/responses',
  messages: '/messages',
  completions: '/completions',
  embeddings: '/embeddings',
  count_tokens: '/messages/count_tokens',
}

/** What a model can do, where its place says so; what is absent is not known. */
export const modelCapabilities = z.object({
  inputModalities: z.array(z.enum(['text', 'image', 'video'])).optional(),
  hasToolCalling: z.boolean().optional(),
  hasReasoning: z.boolean().optional(),
  hasBatch: z.boolean().optional(),
  isAlwaysHot: z.boolean().optional(),
  /** False where answers come whole only. */
  hasStreaming: z.boolean().optional(),
})
export type ModelCapabilities = z.infer<typeof modelCapabilities>

/** How many replicas a deployment may have, and what holds for it now. */
export const scaling = z.object({
  min: z.number().int().nonnegative(),
  max: z.number().int().nonnegative(),
  /** Absent: as the load has it. */
  wish: z
    .object({
      kind: z.enum(['start', 'stop', 'drain', 'scale']),
      replicas: z.number().int().nonnegative().optional(),
      /** Unix milliseconds. */
      atMs: z.number(),
      /** Name of the key or of the person. */
      by: z.string().optional(),
    })
    .optional(),
  /** What each replica asks its workload manager for; absent: not said. */
  walltimeS: z.number().int().positive().optional(),
  cores: z.number().int().positive().optional(),
})
export type Scaling = z.infer<typeof scaling>

/** A model as one cluster serves it: what the picker shows and what a request is routed to. */
export const modelInfo = z.object({
  id: modelId,
  cluster: clusterName,
  framework,
  status: modelStatus,
  /** One sentence, where the status needs one: why it failed, what it waits for. */
  reason: z.string().optional(),
  contextTokens: z.number().int().positive().optional(),
  /** What its place serves itself. Absent: Chat Completions, and whatever else it does not refuse. */
  operations: z.array(operation).optional(),
  capabilities: modelCapabilities.optional(),
  /** Requests it takes at once, where that is known. */
  capacity: z.number().int().positive().optional(),
  /** Unix milliseconds since when it has this status, where the place says. */
  sinceMs: z.number().int().optional(),
  /** Unix milliseconds at which the start was asked for that is under way. */
  requestedAtMs: z.number().int().optional(),
  /** How long a start usually takes, from the request until it is live, in milliseconds; absent where none was seen. */
  usualStartMs: z.number().nonnegative().optional(),
  /** Of a deployment whose replicas are started from here. */
  scaling: scaling.optional(),
  /** Each batch has a replica of its own, which takes so many requests at once; `status` and `capacity` are of those for everybody. */
  batchReplica: z.object({ capacity: z.number().int().positive() }).optional(),
  /** True for the built-in guide, which is not a language model. */
  isGuide: z.boolean().optional(),
  /** 0 to 1 while `starting`, where the engine says. */
  progress: z.number().min(0).max(1).optional(),
})
export type ModelInfo = z.infer<typeof modelInfo>
