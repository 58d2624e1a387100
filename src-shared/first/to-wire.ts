import type { ClusterSnapshot } from '../domain/cluster'
import type { Identity } from '../domain/identity'
import type { Job } from '../domain/job'
import { operationPaths, protocol, type ModelInfo, type ModelStatus, type Operation } from '../domain/model'
import type { Replica, ReplicaState } from '../domain/replica'
import { clockTime } from './clock-time'
import type { ListEndpointsAnswer, StatusAnswer, WhoamiAnswer } from './endpoints'
import type { JobList } from './jobs'

/** The models of a snapshot that the caller may see. */
export type Visible = (model: { readonly cluster: string; readonly model: string }) => boolean

/** What FIRST's `list-endpoints` names; a count of tokens is no endpoint of its own there. */
const listed: readonly Operation[] = ['chat_completions', 'completions', 'embeddings', 'responses', 'messages']

/** Operations that a caller may ask of a model here: whoever speaks one of the three protocols is reached by all of them. */
export function askable({ operations }: ModelInfo): readonly Operation[] {
  if (operations === undefined) return listed
  const hasProtocol = protocol.options.some((one) => operations.includes(one))
  return listed.filter((one) => operations.includes(one) || (hasProtocol && protocol.safeParse(one).success))
}

/** `GET /list-endpoints`; a cluster of which nothing is visible is left out, as if it were not there. */
export function listEndpointsToWire(snapshots: readonly ClusterSnapshot[], isVisible: Visible): ListEndpointsAnswer {
  const clusters: ListEndpointsAnswer['clusters'] = {}
  for (const { name, models } of snapshots) {
    const frameworks: ListEndpointsAnswer['clusters'][string]['frameworks'] = {}
    const visible = models.filter(({ id }) => isVisible({ cluster: name, model: id }))
    for (const framework of new Set(visible.map((model) => model.framework))) {
      const served = visible.filter((model) => model.framework === framework)
      const endpoints = listed.filter((one) => served.some((model) => askable(model).includes(one)))
      frameworks[framework] = { models: [...new Set(served.map(({ id }) => id))].sort(), endpoints: endpoints.map((one) => `/v1${operationPaths[one]}`) }
    }
    if (visible.length > 0) clusters[name] = { base_url: `/resource_server/${name}`, frameworks }
  }
  return { clusters }
}

/** `GET /status`: whether a cluster is out of maintenance. */
export const statusToWire = (snapshots: readonly ClusterSnapshot[]): StatusAnswer => Object.fromEntries(snapshots.map(({ name, isInMaintenance }) => [name, isInMaintenance !== true]))

/** `GET /whoami`; a key is an identity of this gateway, not of a provider. */
export function whoamiToWire({ kind, id, name, username, groups, provider = { id: 'first-desktop', name: 'FIRST Desktop' } }: Identity): WhoamiAnswer {
  return { id, name, username: username ?? name, user_group_uuids: [...(groups ?? [])], idp_id: provider.id, idp_name: provider.name, auth_service: kind === 'globus' ? 'globus' : 'first-desktop' }
}

export interface WireJob {
  readonly Models: string
  readonly Framework: string
  readonly Cluster: string
  readonly [key: string]: string
}

/** `GET /{cluster}/jobs`, with the spelling of today's servers. */
export interface WireJobs extends Readonly<Record<JobList, WireJob[]>> {
  readonly cluster_status: Readonly<Record<string, string | number>>
}

const listOfState: Readonly<Record<Job['state'], JobList>> = { running: 'running', queued: 'queued', stopped: 'stopped', other: 'others' }

/** A model with no job is told by its status, as FIRST does for clusters that have no scheduler. */
const listOfStatus: Readonly<Record<ModelStatus, readonly [JobList, string]>> = {
  live: ['running', 'running'],
  starting: ['running', 'starting'],
  queued: ['queued', 'queued'],
  offline: ['stopped', 'stopped'],
  maintenance: ['stopped', 'stopped'],
  failed: ['others', 'failed'],
  unknown: ['others', 'unknown'],
}

/**
 * Jobs of a cluster with the models that are visible. Replicas that are started from here are told as a site tells its jobs; models that
 * have none, and those of a cluster without a workload manager, or under maintenance, are told by their status.
 */
export function jobsToWire(snapshot: ClusterSnapshot, isVisible: Visible): WireJobs {
  const { name, models, jobs, replicas = [], nodes, isInMaintenance } = snapshot
  const visible = models.filter(({ id }) => isVisible({ cluster: name, model: id }))
  const lists: Record<JobList, WireJob[]> = { running: [], queued: [], stopped: [], others: [], private_batch_running: [], private_batch_queued: [] }
  const add = (list: JobList, entry: WireJob): void => void lists[list].push(entry)
  const there = replicas.filter((replica) => !isOver(replica) && isVisible({ cluster: name, model: replica.model }))
  for (const replica of there) add(listOf({ state: isQueued(replica) ? 'queued' : 'running', batchId: replica.batch }), replicaToWire(replica, visible.find((model) => isOf(replica, model))))
  if (jobs === undefined || isInMaintenance === true || replicas.length > 0)
    for (const model of visible.filter((one) => !there.some((replica) => replica.batch === undefined && isOf(replica, one)))) {
      const [list, said] = listOfStatus[isInMaintenance === true ? 'maintenance' : model.status]
      add(list, { Models: model.id, Framework: model.framework, Cluster: name, 'Model Status': said, ...(model.status === 'failed' && model.reason !== undefined && { 'Job Comments': model.reason }) })
    }
  else
    for (const job of jobs) {
      const ids = job.models.filter((id) => isVisible({ cluster: name, model: id }))
      if (ids.length > 0) add(listOf(job), jobToWire({ ...job, models: ids }, name))
    }
  const live = visible.filter(({ status }) => status === 'live').length
  return {
    ...lists,
    cluster_status: {
      cluster: name,
      total_models: visible.length,
      live_models: live,
      stopped_models: visible.length - live,
      ...(nodes !== undefined && { free_nodes: nodes.free }),
      ...(nodes?.total !== undefined && { total_nodes: nodes.total }),
    },
  }
}

const isOf = (replica: Replica, model: ModelInfo): boolean => replica.model === model.id && replica.framework === model.framework
const isQueued = ({ state }: Replica): boolean => state === 'requested' || state === 'queued'
const isOver = ({ state }: Replica): boolean => state === 'stopped' || state === 'failed'

/** FIRST's words; `draining` is ours: it takes no more requests. */
const modelStatusOf: Readonly<Record<ReplicaState, string>> = { requested: 'queued', queued: 'queued', starting: 'starting', live: 'running', draining: 'draining', stopped: 'stopped', failed: 'failed' }

function replicaToWire(replica: Replica, model: ModelInfo | undefined): WireJob {
  const { id, handle, state, nodes, gpus, reason, estimatedStartMs } = replica
  const { walltimeS, cores } = model?.scaling ?? {}
  return entryOf({ models: [replica.model], framework: replica.framework, cluster: replica.cluster }, {
    'Model Status': modelStatusOf[state],
    'Job ID': handle,
    'Job State': isQueued(replica) ? 'queued' : 'running',
    'Host Name': nodes?.join(','),
    'Job Comments': reason,
    'Nodes Reserved': nodes?.length,
    Walltime: walltimeS === undefined ? undefined : clockTime(walltimeS),
    'Estimated Start Time': estimatedStartMs === undefined ? undefined : new Date(estimatedStartMs).toISOString(),
    'Replica ID': id,
    'Batch ID': replica.batch,
    Cores: cores,
    GPUs: gpus?.length,
  })
}

function listOf({ state, batchId }: Pick<Job, 'state' | 'batchId'>): JobList {
  if (batchId === undefined) return listOfState[state]
  return state === 'running' ? 'private_batch_running' : state === 'queued' ? 'private_batch_queued' : listOfState[state]
}

function jobToWire(job: Job, cluster: string): WireJob {
  return entryOf({ models: job.models, framework: job.framework, cluster }, {
    'Model Status': job.modelStatus,
    'Job ID': job.id,
    'Host Name': job.host,
    'Job Comments': job.comment,
    'Nodes Reserved': job.nodes,
    Walltime: job.walltime,
    'Estimated Start Time': job.estimatedStart,
    'Batch ID': job.batchId,
    Username: job.username,
  })
}

function entryOf({ models, framework, cluster }: { readonly models: readonly string[]; readonly framework: string; readonly cluster: string }, said: Readonly<Record<string, string | number | undefined>>): WireJob {
  const present = Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const]))
  return { Models: models.join(','), Framework: framework, Cluster: cluster, ...Object.fromEntries(present) }
}

/** A model of `GET /{cluster}/models`. */
export interface WireModelDetails {
  readonly id: string
  readonly object: 'model'
  readonly cluster: string
  readonly framework: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly max_model_len?: number
  readonly max_num_seqs?: number
}

/** What is not known is left out: FIRST's clients take an absent field as not said. */
export function modelDetailsToWire(info: ModelInfo): WireModelDetails {
  const { contextTokens, capacity, capabilities: known } = info
  return {
    id: info.id,
    object: 'model',
    cluster: info.cluster,
    framework: info.framework,
    capabilities: {
      schema_version: 1,
      api_protocols: protocol.options.filter((one) => askable(info).includes(one)),
      ...(contextTokens !== undefined && { context_window_tokens: contextTokens }),
      ...(known?.inputModalities !== undefined && { input_modalities: known.inputModalities }),
      ...(known?.hasStreaming !== undefined && { streaming: known.hasStreaming }),
      ...(known?.hasReasoning !== undefined && { reasoning: { supported: known.hasReasoning } }),
      ...(known?.hasToolCalling !== undefined && { tool_calling: { supported: known.hasToolCalling } }),
    },
    ...(info.framework === 'vllm' && contextTokens !== undefined && { max_model_len: contextTokens }),
    ...(info.framework === 'vllm' && capacity !== undefined && { max_num_seqs: capacity }),
  }
}
