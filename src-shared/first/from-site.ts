import { type Job } from '../domain/job'
import { framework as frameworks, operation as operations, operationPaths, protocol, type Framework, type ModelCapabilities, type ModelInfo, type ModelStatus, type Operation } from '../domain/model'
import type { ListEndpointsAnswer } from './endpoints'
import { freeNodes, jobLists, modelsOfEntry, type JobEntry, type JobList, type JobsAnswer } from './jobs'
import type { ModelDetails } from './models'

/** What a site said of one of its clusters; what it did not say, or refused to, is absent. */
export interface SiteCluster {
  readonly name: string
  readonly summary: ListEndpointsAnswer['clusters'][string]
  readonly jobs?: JobsAnswer
  readonly models?: readonly ModelDetails[]
  readonly isInMaintenance?: boolean
}

/** A model on one cluster of a site; the same id may be on several. */
export interface SitePlace {
  readonly siteCluster: string
  readonly model: string
  readonly framework: Framework
  readonly status: ModelStatus
  readonly reason?: string
  readonly contextTokens?: number
  readonly capacity?: number
  readonly capabilities?: ModelCapabilities
  /** Empty where the site names none that we know: then it is tried. */
  readonly operations: readonly Operation[]
  readonly freeNodes?: number
}

/** Every place of a cluster, in the site's order; frameworks that we do not know are left out. */
export function placesOf(cluster: SiteCluster): SitePlace[] {
  const free = cluster.jobs === undefined ? undefined : freeNodes(cluster.jobs)
  return Object.entries(cluster.summary.frameworks).flatMap(([name, { models, endpoints }]) => {
    const framework = frameworks.safeParse(name)
    if (!framework.success) return []
    return models.map((model): SitePlace => {
      const details = cluster.models?.find((one) => one.id === model && (one.framework === undefined || one.framework === name))
      return {
        siteCluster: cluster.name,
        model,
        framework: framework.data,
        ...statusOf(cluster, name, model),
        ...(details !== undefined && readDetails(details)),
        operations: operationsOf(endpoints, details),
        ...(free !== undefined && { freeNodes: free }),
      }
    })
  })
}

/** ALCF's words for what a job says of its model; a running job that lost its model serves nothing. */
const byModelStatus: Readonly<Record<string, ModelStatus>> = { starting: 'starting', disconnected: 'offline', queued: 'queued', stopped: 'offline', draining: 'offline' }
const byList: Partial<Readonly<Record<JobList, ModelStatus>>> = { running: 'live', queued: 'queued', stopped: 'offline' }
const best: readonly ModelStatus[] = ['live', 'starting', 'queued', 'failed', 'offline']

function statusOf(cluster: SiteCluster, framework: string, model: string): Pick<SitePlace, 'status' | 'reason'> {
  if (cluster.isInMaintenance === true) return { status: 'maintenance', reason: `${cluster.name} is under maintenance.` }
  const { jobs } = cluster
  if (jobs === undefined) return { status: 'unknown' }
  const said = jobLists.flatMap((list) =>
    jobs[list].flatMap((entry) => {
      if (!isOf(entry, framework, model)) return []
      const ofList = byList[list]
      const said = entry['Model Status']?.toLowerCase() ?? ''
      // Another FIRST Desktop lists so what it could not start.
      if (list === 'others' && said === 'failed') return [{ entry, status: 'failed' as const }]
      return ofList === undefined ? [] : [{ entry, status: ofList === 'live' ? (byModelStatus[said] ?? ofList) : ofList }]
    }),
  )
  const [first] = said.sort((a, b) => best.indexOf(a.status) - best.indexOf(b.status))
  if (first === undefined) return { status: 'offline' }
  const reason = reasonOf(first.entry, first.status, cluster.name)
  return { status: first.status, ...(reason !== undefined && { reason }) }
}

function reasonOf(entry: JobEntry, status: ModelStatus, cluster: string): string | undefined {
  const { 'Estimated Start Time': expected, 'Job Comments': comment } = entry
  if (status === 'failed') return comment
  if (status !== 'queued') return undefined
  return expected === undefined ? comment : `${cluster} expects to start it at ${expected}.`
}

/** A site that could not read the job's script says "N/A" for its framework. */
const isOf = (entry: JobEntry, framework: string, model: string): boolean => (entry.Framework === framework || entry.Framework === 'N/A') && modelsOfEntry(entry).includes(model)

function readDetails(details: ModelDetails): Pick<SitePlace, 'contextTokens' | 'capacity' | 'capabilities'> {
  const said = details.capabilities
  const contextTokens = said?.context_window_tokens ?? details.max_model_len ?? said?.max_model_len
  const capacity = details.max_num_seqs ?? said?.max_num_seqs
  const hasToolCalling = said?.tool_calling?.supported ?? details.enable_auto_tool_choice ?? said?.enable_auto_tool_choice
  const inputModalities = said?.input_modalities?.filter((modality) => modality === 'text' || modality === 'image' || modality === 'video')
  const capabilities: ModelCapabilities = {
    ...(inputModalities !== undefined && { inputModalities }),
    ...(hasToolCalling !== undefined && { hasToolCalling }),
    ...(said?.reasoning !== undefined && { hasReasoning: said.reasoning.supported }),
    ...(said?.streaming !== undefined && { hasStreaming: said.streaming }),
  }
  return { ...(contextTokens !== undefined && { contextTokens }), ...(capacity !== undefined && { capacity }), ...(Object.keys(capabilities).length > 0 && { capabilities }) }
}

/** The cluster's endpoints, of which a model may speak fewer protocols than the cluster has; Chat Completions first, as others are translated to the first. */
function operationsOf(endpoints: readonly string[], details: ModelDetails | undefined): Operation[] {
  const served = operations.options.filter((one) => endpoints.some((endpoint) => endpoint.replace(/^\/?(?:v1)?\/?/, '/').replace(/\/$/, '') === operationPaths[one]))
  const said = details?.capabilities?.api_protocols
  if (said === undefined) return served
  const spoken = protocol.options.filter((one) => said.includes(one))
  const other = served.filter((one) => !isProtocol(one))
  const both = spoken.filter((one) => served.length === 0 || served.includes(one))
  return [...both, ...other]
}

const isProtocol = (one: Operation): boolean => protocol.safeParse(one).success

/** A model of ours out of its places, best first. */
export function modelOfPlaces(cluster: string, places: readonly SitePlace[]): ModelInfo {
  const [first] = places
  if (first === undefined) throw new Error('a model has no place')
  const { model, framework, status, reason, contextTokens, capabilities, operations: served, capacity } = first
  return {
    id: model,
    cluster,
    framework,
    status,
    ...(reason !== undefined && { reason }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(served.length > 0 && { operations: [...served] }),
    ...(capabilities !== undefined && { capabilities }),
    ...(capacity !== undefined && { capacity }),
  }
}

const stateOfList: Readonly<Record<JobList, Job['state']>> = { running: 'running', queued: 'queued', stopped: 'stopped', others: 'other', private_batch_running: 'running', private_batch_queued: 'queued' }

/** Every job of a cluster as our domain has it. */
export function jobsOf(answer: JobsAnswer): Job[] {
  return jobLists.flatMap((list) => answer[list].map((entry) => jobOf(entry, stateOfList[list])))
}

function jobOf(entry: JobEntry, state: Job['state']): Job {
  const nodes = Number(entry['Nodes Reserved'])
  const said = {
    id: entry['Job ID'],
    modelStatus: entry['Model Status'],
    host: entry['Host Name'],
    nodes: Number.isInteger(nodes) && nodes >= 0 ? nodes : undefined,
    walltime: entry.Walltime,
    estimatedStart: entry['Estimated Start Time'],
    comment: entry['Job Comments'],
    username: entry.Username,
    batchId: entry['Batch ID'],
  }
  return { state, models: modelsOfEntry(entry), framework: entry.Framework, ...withoutAbsent(said) }
}

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

function withoutAbsent<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>
}
