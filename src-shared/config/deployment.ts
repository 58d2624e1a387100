import { z } from 'zod'
import { modelCapabilities, modelId, operation } from '../domain/model'
import { accessRule } from './access-rule'

const seconds = z.number().int().positive()
const count = z.number().int().nonnegative()

/** How many copies; `max` bounds what the load asks for. */
const replicas = z
  .strictObject({ min: count.max(256).default(0), max: count.max(256).default(1), initial: count.max(256).optional() })
  .refine(({ min, max }) => min <= max, { path: ['min'], message: 'must not be more than max' })

const resources = z.strictObject({
  nodes: z.number().int().min(1).max(1024).default(1),
  gpus: count.max(1024).default(0),
  cores: z.number().int().min(1).optional(),
  memoryMb: z.number().int().min(1).optional(),
})

/** Commands that are known; each framework has one that is meant where none is named. */
export const launchTemplate = z.enum(['vllm', 'infinity', 'sglang', 'llama-server', 'ollama', 'llama'])
export type LaunchTemplate = z.infer<typeof launchTemplate>

/**
 * A model that is started when it is asked for. `launch` is a command line, split at spaces and never given to a shell; these stand for what
 * is known at a start: ${model} ${file} ${host} ${port} ${key} ${gpus} ${nodes}. In its place a `template` names a command that is known.
 */
const launched = z.strictObject({
  model: modelId,
  framework: z.enum(['vllm', 'infinity', 'api', 'llama']),
  launch: z.string().min(1).max(8192).optional(),
  template: launchTemplate.optional(),
  /** For the template of `llama` and `llama-server`: the GGUF file. */
  file: z.string().min(1).optional(),
  /** More arguments for the template. */
  args: z.array(z.string().max(1024)).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable'), z.string()).default({}),
  /** Loaded by `module load` before the command, where jobs run it. */
  modules: z.array(z.string().regex(/^[\w./+-]+$/, 'is no name of a module')).default([]),
  ready: z.strictObject({ path: z.string().startsWith('/').default('/health'), timeoutS: seconds.default(3600), attempts: z.number().int().min(1).max(10).default(2) }).prefault({}),
  replicas: replicas.prefault({}),
  /** Kept up while it can be, before models that are not. */
  hot: z.boolean().default(false),
  idleTimeoutS: seconds.default(7200),
  walltimeS: seconds.optional(),
  requestsPerReplica: z.number().int().min(1).max(4096).default(64),
  resources: resources.prefault({}),
  /** Left running when the app quits, and adopted at its next start. */
  keepRunning: z.boolean().default(false),
  contextTokens: z.number().int().min(128).optional(),
  operations: z.array(operation).min(1).optional(),
  capabilities: modelCapabilities.optional(),
  /** `dedicated`: each batch runs on a replica of its own, one of `replicas.max`. */
  batch: z.strictObject({ enabled: z.boolean().default(true), dedicated: z.boolean().default(false) }).prefault({}),
  access: accessRule.optional(),
})
export type LaunchedDeployment = z.infer<typeof launched>

/** Where jobs run it. */
export const launchedDeployment = launched.superRefine(mustBeLaunchable)
/** On this machine, where the app's own engine has `llama`. */
export const processDeployment = launched.extend({ framework: z.enum(['vllm', 'infinity', 'api']) }).superRefine(mustBeLaunchable)

function mustBeLaunchable({ framework, launch, template, batch, hot, replicas: { min, max } }: LaunchedDeployment, context: z.core.$RefinementCtx): void {
  if (batch.dedicated && max <= Math.max(min, hot ? 1 : 0)) context.addIssue({ code: 'custom', path: ['batch', 'dedicated'], message: `leaves no replica for a batch: as many as replicas.max (${max}) are always up for everybody; raise it` })
  if (framework === 'api' && launch === undefined && template === undefined) context.addIssue({ code: 'custom', path: ['launch'], message: 'is missing: say how to start it, or name a template' })
}
