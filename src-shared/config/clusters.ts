import { z } from 'zod'
import { clusterName, modelId } from '../domain/model'
import { isSafeUrl } from '../safe-url'
import { accessRule } from './access-rule'
import { launchedDeployment, processDeployment } from './deployment'
import { globusComputeCluster } from './globus-compute'
import { siteName } from './sites'
import { stagingConfig } from './staging'

/** `${env:NAME}` or `${secret:NAME}`: where a secret is kept, never the secret. */
export const secretReference = z
  .string()
  .regex(/^\$\{(?:env|secret):[A-Za-z0-9_.-]+\}$/, 'a secret is named, not written here: use ${env:NAME} or ${secret:NAME}')

/** The base URL of a server; a name and password in it would be a secret in plain sight. */
export const serverUrl = z.url({ protocol: /^https?$/ }).refine((url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url), 'leave the name and password out of the address: a key goes to apiKey')

export const port = z.number().int().min(0).max(65_535)

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

/** When a cluster serves nothing, announced. */
const maintenanceWindow = z
  .strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }), reason: z.string().min(1).max(500).optional() })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be later than from' })
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>

/** What every cluster has whose replicas are started from here. */
const site = {
  maintenance: z.array(maintenanceWindow).default([]),
  /** Answers with JSON: `{"status": "maintenance"}`, or `{"<cluster>": "maintenance"}`, while the site is under maintenance. */
  statusUrl: serverUrl.optional(),
  access: accessRule.optional(),
}

/** One deployment a model and framework. */
function mustDiffer(deployments: readonly { readonly model: string; readonly framework: string }[], context: z.core.$RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { model, framework }] of deployments.entries()) {
    const key = `${framework} ${model}`
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'model'], message: `there is another deployment of ${model} with the framework ${framework} here` })
    seen.add(key)
  }
}

const localCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('local'),
  deployments: z.array(z.discriminatedUnion('framework', [llamaDeployment, processDeployment])).superRefine(mustDiffer).default([]),
  ...site,
})
export type LocalClusterConfig = z.infer<typeof localCluster>

/** Where the commands of a workload manager run; absent: on this machine. */
const ssh = z.strictObject({
  /** A host name, or a name of the person's own ssh configuration. */
  host: z.string().regex(/^[A-Za-z0-9._@:][A-Za-z0-9._@:-]*$/, 'is no host name'),
  port: port.optional(),
  user: z.string().regex(/^[A-Za-z0-9._][A-Za-z0-9._-]*$/, 'is no user name').optional(),
  /** In place of `~/.ssh/config`. */
  configFile: z.string().min(1).optional(),
  /** Nodes are reached through the same host; false where this machine reaches them itself. */
  forwardsPorts: z.boolean().default(true),
})

const batchSystem = {
  name: clusterName,
  /** A partition of Slurm, a queue of PBS. */
  queue: z.string().min(1).max(200).optional(),
  account: z.string().min(1).max(200).optional(),
  /** More arguments of `sbatch` or `qsub`, one each. */
  submitOptions: z.array(z.string().min(1).max(1024)).default([]),
  /** Nodes that all models together may have. */
  maxNodes: z.number().int().min(1).max(10_000).optional(),
  /** A folder that the nodes see too: scripts, logs and addresses of replicas. Absent: `.first-desktop` in the home folder there. */
  workDir: z.string().min(1).optional(),
  ssh: ssh.optional(),
  deployments: z.array(launchedDeployment).superRefine(mustDiffer).default([]),
  ...site,
}
const slurmCluster = z.strictObject({ kind: z.literal('slurm'), ...batchSystem })
const pbsCluster = z.strictObject({ kind: z.literal('pbs'), ...batchSystem })
export type BatchClusterConfig = z.infer<typeof slurmCluster> | z.infer<typeof pbsCluster>

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
  /** It has OpenAI's Files and Batch API, and batches of its models are sent there as files. */
  batchService: z.boolean().optional(),
  access: accessRule.optional(),
})
export type DirectClusterConfig = z.infer<typeof directCluster>

const firstCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('first'),
  /** Of the site's gateway, with `/resource_server` at its end. */
  url: serverUrl,
  /** The access token sent as `Authorization: Bearer`; signing in to the site comes in its place. */
  token: secretReference.optional(),
  /** In place of `token`: the site whose sign-in is used, a preset or one of `sites`. */
  site: siteName.optional(),
  /** The username of the account, where several are signed in to the site. Absent: the one that is in use there. */
  account: z.string().min(1).max(256).optional(),
  /** Clusters of the site that are used. Absent: all of them. */
  clusters: z.array(z.string().min(1)).optional(),
  /** Batches go to the site as files, by its Globus collection. Absent: line by line. */
  staging: stagingConfig.optional(),
  access: accessRule.optional(),
}).refine(({ site, url }) => site === undefined || isSafeUrl(url), { path: ['url'], message: 'is no https address; the token of a sign-in goes there' })
export type FirstClusterConfig = z.infer<typeof firstCluster>

export const clusterConfig = z.discriminatedUnion('kind', [localCluster, slurmCluster, pbsCluster, directCluster, firstCluster, globusComputeCluster])
export type ClusterConfig = z.infer<typeof clusterConfig>

/** Of this machine, those that are processes of their own and not our own engine's. */
export const launchedHere = ({ deployments }: LocalClusterConfig): readonly z.infer<typeof processDeployment>[] => deployments.filter((deployment) => deployment.framework !== 'llama')
export const llamasHere = ({ deployments }: LocalClusterConfig): readonly LlamaDeploymentConfig[] => deployments.filter((deployment) => deployment.framework === 'llama')

export const clusterList = z.array(clusterConfig).superRefine((clusters, context) => {
  const seen = new Set<string>()
  for (const [index, cluster] of clusters.entries()) {
    if (seen.has(cluster.name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: `there is another cluster named ${cluster.name}` })
    seen.add(cluster.name)
    if (cluster.kind === 'first' && cluster.staging !== undefined && cluster.site === undefined) context.addIssue({ code: 'custom', path: [index, 'staging'], message: 'needs the sign-in of a site: name it, such as site: alcf' })
    if (cluster.kind === 'first' && cluster.site !== undefined && cluster.token !== undefined) context.addIssue({ code: 'custom', path: [index, 'token'], message: 'the sign-in of a site comes in place of a token: keep one of the two' })
  }
  // Each would hand out the same GPUs and memory.
  const [, ...others] = [...clusters.entries()].filter(([, cluster]) => cluster.kind === 'local' && launchedHere(cluster).length > 0)
  for (const [index] of others) context.addIssue({ code: 'custom', path: [index, 'deployments'], message: 'another cluster of this machine starts processes already: put these deployments there' })
})
