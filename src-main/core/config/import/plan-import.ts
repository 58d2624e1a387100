import type { AccessRule } from '@shared/config/access-rule'
import { secretReference, serverUrl } from '@shared/config/clusters'
import type { FixtureAccess, FixtureCluster, FixtureEndpoint, Fixtures } from './read-fixtures'

/** A cluster of config.yaml, with what a person should read beside it. */
export type PlannedCluster = PlannedServer | PlannedSite

export interface PlannedServer {
  readonly kind: 'direct'
  readonly name: string
  readonly url: string
  readonly apiKey?: string
  readonly framework: string
  readonly models: readonly string[]
  readonly access?: AccessRule
}

export interface PlannedSite {
  readonly kind: BatchKind
  readonly name: string
  readonly access?: AccessRule
  readonly deployments: readonly PlannedDeployment[]
}

export interface PlannedDeployment {
  readonly value: { readonly model: string; readonly framework: string; readonly template?: string; readonly batch?: { readonly enabled: false }; readonly access?: AccessRule }
  readonly comment: string
}

export type BatchKind = 'slurm' | 'pbs'

export interface ImportOptions {
  /** Only this cluster of the fixtures. */
  readonly cluster?: string | undefined
  /** What starts the jobs that Globus Compute started. */
  readonly kind: BatchKind
}

export interface ImportPlan {
  readonly clusters: readonly PlannedCluster[]
  readonly notes: readonly string[]
}

/** Frameworks of FIRST's sites by what starts them here; absent: nobody knows how. */
const launches: Readonly<Record<string, { readonly framework: string; readonly template?: string }>> = {
  vllm: { framework: 'vllm' },
  infinity: { framework: 'infinity' },
  sglang: { framework: 'api', template: 'sglang' },
}

/** What the entries become. Servers with a web address become clusters of kind `direct`; models of Globus Compute, deployments. */
export function planImport(fixtures: Fixtures, { cluster: only, kind }: ImportOptions): ImportPlan {
  const notes = [...fixtures.notes]
  const names = [...new Set([...fixtures.clusters.map(({ name }) => name), ...fixtures.endpoints.map(({ cluster }) => cluster)])].filter((name) => only === undefined || name === only)
  if (only !== undefined && names.length === 0) notes.push(`The files hold no cluster ${only}.`)
  const clusters = names.flatMap((name): PlannedCluster[] => {
    const cluster = fixtures.clusters.find((one) => one.name === name)
    const endpoints = withoutDoubles(fixtures.endpoints.filter((endpoint) => endpoint.cluster === name), notes)
    if (endpoints.length === 0) notes.push(`The cluster ${name}${cluster?.adapter === undefined || cluster.adapter === '' ? '' : ` (${cluster.adapter})`} has no endpoint in these files: what it serves is known to its own server alone. Add that as a server, by its address and key.`)
    return [...serversOf(name, cluster, endpoints, notes), ...siteOf(name, cluster, endpoints, kind, notes)]
  })
  return { clusters, notes }
}

function withoutDoubles(endpoints: readonly FixtureEndpoint[], notes: string[]): FixtureEndpoint[] {
  const seen = new Map<string, FixtureEndpoint>()
  for (const endpoint of endpoints) {
    const key = `${endpoint.framework} ${endpoint.model}`
    const first = seen.get(key)
    if (first === undefined) seen.set(key, endpoint)
    else notes.push(`${endpoint.where}: ${endpoint.model} with ${endpoint.framework} is in ${first.where} already; the first one counts.`)
  }
  return [...seen.values()]
}

const isServer = ({ config }: FixtureEndpoint): boolean => config.api_url !== undefined
const isGlobusCompute = ({ config, adapter }: FixtureEndpoint): boolean => /GlobusCompute/.test(adapter) && config.api_url === undefined

/** One for each address, key, framework and rule: a rule that held for some models must not be lost. */
function serversOf(name: string, cluster: FixtureCluster | undefined, endpoints: readonly FixtureEndpoint[], notes: string[]): PlannedServer[] {
  const servers = new Map<string, PlannedServer>()
  for (const endpoint of endpoints.filter(isServer)) {
    const { model, where, config: { api_url: address = '', api_key_env_name: variable } } = endpoint
    const url = address.replace(/\/+$/, '').replace(/\/(?:chat\/completions|completions|embeddings|responses)$/, '')
    const apiKey = variable === undefined ? undefined : `\${env:${variable}}`
    const access = bothRules(cluster, endpoint)
    if (!serverUrl.safeParse(url).success) notes.push(`${where}: ${model} is left out: ${address} is no web address.`)
    else if (apiKey !== undefined && !secretReference.safeParse(apiKey).success) notes.push(`${where}: ${model} is left out: ${variable} is no name of a variable.`)
    else if (access === 'unwritable') notes.push(`${where}: ${model} is left out: its groups or domains and those of its cluster ask for both, which one rule cannot say.`)
    else {
      const framework = ['vllm', 'infinity'].includes(endpoint.framework) ? endpoint.framework : 'api'
      const key = JSON.stringify([url, apiKey, framework, access])
      const before = servers.get(key)
      const named = clusterNameOf(servers.size === 0 ? name : `${name}-${servers.size + 1}`)
      servers.set(key, before === undefined ? { kind: 'direct', name: named, url, ...(apiKey !== undefined && { apiKey }), framework, models: [model], ...(access !== undefined && { access }) } : { ...before, models: [...before.models, model] })
    }
  }
  return [...servers.values()]
}

function siteOf(name: string, cluster: FixtureCluster | undefined, endpoints: readonly FixtureEndpoint[], kind: BatchKind, notes: string[]): PlannedSite[] {
  const deployments: PlannedDeployment[] = []
  for (const endpoint of endpoints.filter((one) => !isServer(one))) {
    const { model, framework, where, adapter, config } = endpoint
    const launch = launches[framework]
    const access = ruleOf(endpoint)
    if (!isGlobusCompute(endpoint)) notes.push(`${where}: ${model} is left out: ${adapter} asks a server whose address is not in these files. Add that as a server.`)
    else if (launch === undefined) notes.push(`${where}: ${model} is left out: how ${framework} is started has to be said. Add a deployment with a launch line or the template llama-server.`)
    else
      deployments.push({
        value: { model, ...launch, ...(config.batch_endpoint_uuid ? {} : { batch: { enabled: false } }), ...(access !== undefined && { access }) },
        comment: `Globus Compute endpoint ${config.endpoint_uuid ?? 'unknown'}, port ${config.api_port ?? 'unknown'}`,
      })
  }
  if (deployments.length === 0) return []
  const named = endpoints.some(isServer) ? `${name}-jobs` : name
  notes.push(
    `${named}: Globus Compute keeps on the cluster how a model is started: queue, account, nodes, GPUs, walltime, modules and the arguments of the engine. Fill them in (the help page «Running models on Slurm, PBS and GPUs» says how); ssh where this machine has no ${kind === 'pbs' ? 'qsub' : 'sbatch'}. Without a change each model is started with one node and no GPU.`,
  )
  const access = cluster === undefined ? undefined : ruleOf(cluster)
  return [{ kind, name: clusterNameOf(named), ...(access !== undefined && { access }), deployments }]
}

function ruleOf({ groups, domains }: FixtureAccess): AccessRule | undefined {
  if (groups.length === 0 && domains.length === 0) return undefined
  return { ...(domains.length > 0 && { domains: [...domains] }), ...(groups.length > 0 && { groups: [...groups] }) }
}

/** FIRST asks for the rule of the cluster and for that of the endpoint. */
function bothRules(cluster: FixtureCluster | undefined, endpoint: FixtureEndpoint): AccessRule | 'unwritable' | undefined {
  if (cluster === undefined) return ruleOf(endpoint)
  const isDouble = (one: readonly string[], other: readonly string[]): boolean => one.length > 0 && other.length > 0 && one.join() !== other.join()
  if (isDouble(cluster.groups, endpoint.groups) || isDouble(cluster.domains, endpoint.domains)) return 'unwritable'
  return ruleOf({ groups: [...new Set([...cluster.groups, ...endpoint.groups])], domains: [...new Set([...cluster.domains, ...endpoint.domains])] })
}

/** A name as config.yaml takes it. */
const clusterNameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'cluster'
