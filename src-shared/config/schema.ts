import { z } from 'zod'
import { modelId } from '../domain/model'
import { accessRule } from './access-rule'
import { clusterList, port } from './clusters'
import { siteList } from './sites'
import { globusAccess } from './globus-access'

export type { AccessRule } from './access-rule'

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
  /** Batches of one key that are not over. */
  activeBatchesPerKey: z.number().int().nonnegative().default(0),
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

const batches = z.strictObject({
  maxRequests: z.number().int().positive().max(10_000_000).default(150_000),
  maxFileMb: z.number().positive().max(100_000).default(1024),
  /** Of all files of one key together. */
  quotaGb: z.number().positive().default(20),
  /** For files that name no time of their own, from when they came. */
  keptDays: z.number().int().min(1).max(3650).default(30),
  /** Requests of one batch under way at once, where its places take as many. */
  maxConcurrency: z.number().int().min(1).max(4096).default(256),
  /** A file may ask several models; otherwise all its requests name one, as OpenAI has it. */
  manyModels: z.boolean().default(false),
  /** Folders whose files the owner's and administrators' keys may name as `input_file`, as on a FIRST site. */
  inputFolders: z.array(z.string().startsWith('/')).default([]),
})
export type BatchesConfig = z.infer<typeof batches>

/** The schema of config.yaml; everything is optional and unknown keys are refused by name. */
export const configSchema = z.strictObject({
  version: z.literal(1).default(1),
  gateway: gateway.prefault({}),
  clusters: clusterList.default([]),
  /** Places to sign in to by Globus, beside the presets; `clusters[].site` names one. */
  sites: siteList.default({}),
  federation: federation.prefault({}),
  /** For the gateway as a whole; `models` names rules of single models. With `globus`, tokens of Globus open it beside its own keys. */
  access: accessRule.extend({ models: z.record(modelId, accessRule).default({}), globus: globusAccess.exactOptional() }).prefault({}),
  limits: limits.prefault({}),
  batches: batches.prefault({}),
  records: z.strictObject({ keptDays: z.number().int().min(1).max(3650).default(365) }).prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
})
export type Config = z.infer<typeof configSchema>

/** One thing wrong with config.yaml; line and column count from 1. */
export const configProblem = z.object({ line: z.number(), column: z.number(), key: z.string(), message: z.string() })
export type ConfigProblem = z.infer<typeof configProblem>
