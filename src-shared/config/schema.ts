import { z } from 'zod'
import { clusterName, modelId } from '../domain/model'
import { accessRule } from './access-rule'

export type { AccessRule } from './access-rule'

/** `${env:NAME}` or `${secret:NAME}`: where a secret is kept, never the secret. */
export const secretReference = z
  .string()
  .regex(/^\$\{(?:env|secret):[A-Za-z0-9_.-]+\}$/, 'a secret is named, not written here: use ${env:NAME} or ${secret:NAME}')

/** The base URL of a server; a name and password in it would be a secret in plain sight. */
export const serverUrl = z.url({ protocol: /^https?$/ }).refine((url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url), 'leave the name and password out of the address: a key goes to apiKey')

const port = z.number().int().min(0).max(65_535)

const gateway = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 picks a free one. */
  port: port.default(3477),
  /** False refuses every key but the owner's; the window goes on working. */
  isServing: z.boolean().default(true),
  bodyLimitMb: z.number().positive().max(1024).default(10),
  /** For requests that hold images. */
  imageBodyLimitMb: z.number().positive().max(1024).default(50),
  /** Refuse fields that the schemas do not know, with 422, as FIRST's sites do. */
  refuseUnknownFields: z.boolean().default(false),
  /** Origins of web pages, besides the window's own, whose scripts may call with a key. */
  allowedOrigins: z.array(z.url()).default([]),
  /** Host names, besides loopback's and `host`, that requests may name: a proxy's, a tunnel's. */
  allowedHosts: z.array(z.string().min(1)).default([]),
})

const perMinute = z.number().int().nonnegative()
/** 0 turns a limit off. */
const limits = z.strictObject({
  tokensPerMinutePerModel: perMinute.default(0),
  tokensPerMinutePerKey: perMinute.default(0),
  requestsPerMinutePerModel: perMinute.default(0),
  requestsPerMinutePerKey: perMinute.default(0),
  concurrentRequestsPerKey: z.number().int().nonnegative().default(0),
})
export type LimitsConfig = z.infer<typeof limits>

const federation = z.strictObject({
  /** A name for the first usable of several models: `fast: [a, b]`. */
  aliases: z.record(modelId, z.array(modelId).min(1)).default({}),
  /** Requests that may wait for one model to start. */
  waitingPerModel: z.number().int().nonnegative().default(256),
  /** Seconds that a request waits at most before its answer begins. */
  waitS: z.number().int().positive().default(1200),
})
export type FederationConfig = z.infer<typeof federation>

const llamaDeployment = z.strictObject({
  model: modelId,
  framework: z.literal('llama'),
  /** Path of a GGUF file on this machine. */
  file: z.string().min(1),
  contextTokens: z.number().int().min(128).max(1_048_576).optional(),
  /** Requests answered at the same time; each has `contextTokens` of its own. */
  requestsPerReplica: z.number().int().min(1).max(64).default(2),
  /** Layers kept on a GPU, where there is one. */
  gpuLayers: z.number().int().min(0).optional(),
  /** The model is unloaded after this long without a request. */
  idleTimeoutS: z.number().int().positive().default(7200),
})
export type LlamaDeploymentConfig = z.infer<typeof llamaDeployment>

const localCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('local'),
  deployments: z.array(llamaDeployment).default([]),
  access: accessRule.optional(),
})

/** Kinds of server whose ways are known; `openai` takes OpenAI's own fields only. Absent: found out by asking. */
export const serverProfile = z.enum(['openai', 'vllm', 'sambanova', 'ollama', 'lm-studio', 'llama-server', 'anthropic', 'other'])
export type ServerProfile = z.infer<typeof serverProfile>

const directCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('direct'),
  /** Base URL up to and with the version, for example `https://api.example.org/v1`. */
  url: serverUrl,
  apiKey: secretReference.optional(),
  framework: z.enum(['api', 'vllm', 'infinity']).default('api'),
  profile: serverProfile.optional(),
  /** Absent: asked of the server by `GET /models`. */
  models: z.array(modelId).optional(),
  access: accessRule.optional(),
})

const firstCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('first'),
  /** Of the site's gateway, with `/resource_server` at its end. */
  url: serverUrl,
  /** The access token sent as `Authorization: Bearer`; signing in to the site comes in its place. */
  token: secretReference.optional(),
  /** Clusters of the site that are used. Absent: all of them. */
  clusters: z.array(z.string().min(1)).optional(),
  access: accessRule.optional(),
})
export type FirstClusterConfig = z.infer<typeof firstCluster>
export type DirectClusterConfig = z.infer<typeof directCluster>
export type LocalClusterConfig = z.infer<typeof localCluster>

export const clusterConfig = z.discriminatedUnion('kind', [localCluster, directCluster, firstCluster])
export type ClusterConfig = z.infer<typeof clusterConfig>

/** The schema of config.yaml; everything is optional and unknown keys are refused by name. */
export const configSchema = z.strictObject({
  version: z.literal(1).default(1),
  gateway: gateway.prefault({}),
  clusters: z
    .array(clusterConfig)
    .default([])
    .superRefine((clusters, context) => {
      const seen = new Set<string>()
      for (const [index, cluster] of clusters.entries()) {
        if (seen.has(cluster.name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: `there is another cluster named ${cluster.name}` })
        seen.add(cluster.name)
      }
    }),
  federation: federation.prefault({}),
  /** For the gateway as a whole; `models` names rules of single models. */
  access: accessRule.extend({ models: z.record(modelId, accessRule).default({}) }).prefault({}),
  limits: limits.prefault({}),
  records: z.strictObject({ keptDays: z.number().int().min(1).max(3650).default(365) }).prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
})
export type Config = z.infer<typeof configSchema>

/** One thing wrong with config.yaml; line and column count from 1. */
export const configProblem = z.object({ line: z.number(), column: z.number(), key: z.string(), message: z.string() })
export type ConfigProblem = z.infer<typeof configProblem>
