/** A cluster of the site, as it is configured there. */
export interface DoubleCluster {
  readonly name: string
  readonly frameworks: Readonly<Record<string, readonly string[]>>
  /** Paths below `/v1/`; default all five. */
  readonly endpoints?: readonly string[]
  /** What `GET /{cluster}/models` adds to a model, by its id. */
  readonly details?: Readonly<Record<string, object>>
  /** Absent: it cannot be counted. */
  readonly freeNodes?: number
}

export type DoubleStatus = 'live' | 'starting' | 'queued' | 'offline' | 'disconnected'

/** How the site behaves from now on; a test changes what it wants. */
export interface SiteBehaviour {
  /** Clusters under maintenance. */
  readonly maintenance: readonly string[]
  /** By `cluster model`; a model that is not here is live. */
  readonly statuses: Readonly<Record<string, DoubleStatus>>
  /** Limits of a minute are used up, with what FIRST says of them. */
  readonly limit: { readonly global_model_usage: number; readonly user_model_usage: number } | undefined
  /** Older servers: dashes in the keys of jobs, `{"detail": …}` for errors. */
  readonly isOld: boolean
  /** Routes that this server does not have, or refuses. */
  readonly routes: Readonly<Partial<Record<'jobs' | 'models' | 'status', 'absent' | 'refused' | 'broken'>>>
  /** Answers to GETs wait for this. */
  readonly holdUntil: Readonly<Partial<Record<'jobs' | 'models' | 'status' | 'list-endpoints', Promise<void>>>>
  /** The account may not use these models; they are not listed either. */
  readonly denied: readonly string[]
}

export const usualBehaviour: SiteBehaviour = { maintenance: [], statuses: {}, limit: undefined, isOld: false, routes: {}, holdUntil: {}, denied: [] }
export const allEndpoints = ['chat/completions', 'completions', 'embeddings', 'responses', 'messages'] as const

interface JobEntry {
  readonly Models: string
  readonly Framework: string
  readonly Cluster: string
  readonly [key: string]: string
}

const listOf: Readonly<Record<DoubleStatus, 'running' | 'queued' | undefined>> = { live: 'running', starting: 'running', disconnected: 'running', queued: 'queued', offline: undefined }
const said: Readonly<Record<DoubleStatus, string>> = { live: 'running', starting: 'starting', disconnected: 'disconnected', queued: 'queued', offline: '' }

/** The answer of `GET /{cluster}/jobs`, as a site with PBS gives it: a model that is not loaded has no job. */
export function jobsBody(cluster: DoubleCluster, { statuses, isOld, maintenance, denied }: SiteBehaviour): object {
  const running: JobEntry[] = []
  const queued: JobEntry[] = []
  const stopped: JobEntry[] = []
  const isClosed = maintenance.includes(cluster.name)
  let id = 100
  for (const [framework, models] of Object.entries(cluster.frameworks))
    for (const model of models.filter((one) => !denied.includes(one))) {
      const entry = { Models: model, Framework: framework, Cluster: cluster.name }
      const status = statuses[`${cluster.name} ${model}`] ?? 'live'
      const list = listOf[status]
      const job = { ...entry, 'Model Status': said[status], 'Job ID': `${id++}.pbs`, 'Job State': list === 'running' ? 'R' : 'Q', 'Host Name': 'N/A', 'Job Comments': 'N/A', 'Nodes Reserved': '1', Walltime: '01:02:03' }
      if (isClosed) stopped.push(entry)
      else if (list === 'running') running.push(job)
      else if (list === 'queued') queued.push({ ...job, 'Estimated Start Time': 'Tue Nov 24 10:00:00 2026 (Chicago time)' })
    }
  const dash = isOld ? '-' : '_'
  return {
    running,
    queued,
    ...(!isOld && { stopped }),
    others: [],
    [`private${dash}batch${dash}running`]: [],
    [`private${dash}batch${dash}queued`]: [],
    cluster_status: isClosed ? {} : { free_nodes: cluster.freeNodes ?? -1 },
  }
}

export function listBody(clusters: readonly DoubleCluster[], { denied }: SiteBehaviour): object {
  const summary = ({ name, frameworks, endpoints = allEndpoints }: DoubleCluster): object => ({
    base_url: `/resource_server/${name}`,
    frameworks: Object.fromEntries(Object.entries(frameworks).map(([framework, models]) => [framework, { models: models.filter((one) => !denied.includes(one)).sort(), endpoints: endpoints.map((one) => `/v1/${one}`) }])),
  })
  return { clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, summary(cluster)])) }
}

/** The answer of `GET /{cluster}/models`. */
export function modelsBody({ name, frameworks, details = {} }: DoubleCluster, { denied }: SiteBehaviour): { readonly id: string }[] {
  return Object.entries(frameworks)
    .flatMap(([framework, models]) => models.filter((one) => !denied.includes(one)).map((id) => ({ id, object: 'model', cluster: name, framework, ...details[id] })))
    .sort((a, b) => a.id.toLowerCase().localeCompare(b.id.toLowerCase()))
}
