import { join } from 'node:path'
import type { Dispatcher } from 'undici'
import type { GlobusComputeClusterConfig } from '@shared/config/globus-compute'
import { launchedHere, llamasHere, type BatchClusterConfig, type ClusterConfig, type DirectClusterConfig, type FirstClusterConfig, type LocalClusterConfig } from '@shared/config/clusters'
import type { Config } from '@shared/config/schema'
import { computeService } from '@shared/globus/services'
import type { Logger } from '../core/logger'
import type { RefusedFields } from '../storage/refused-fields'
import type { ClusterAdapter } from './cluster-adapter'
import { createDirectAdapter } from './direct/direct-adapter'
import { createFirstAdapter } from './first/first-adapter'
import type { TokenSource } from './first/token-source'
import { noSignIn } from './globus-compute/compute-token'
import { createGlobusComputeAdapter } from './globus-compute/globus-compute-adapter'
import { createPace } from './globus-compute/pace'
import { createTaskLedger } from './globus-compute/task-ledger'
import { batchHostOf, batchPace, formerCluster, localPace, placeOf, processHostOf, type HostsDeps } from './hosts'
import { createLocalAdapter, type LocalAdapter, type LocalEngines } from './local/local-adapter'
import { createThisMachine } from './local/this-machine'
import { realTimers, type Timers } from './local/timers'
import { createMaintenance } from './maintenance'
import type { ManagedCluster } from './managed-cluster'
import type { ReplicaHost } from './replica-host'
import type { ReplicaPool } from './replica-pool'
import { createScheduledAdapter, type ScheduledAdapter } from './scheduled/scheduled-adapter'
import { withSecrets } from './with-secrets'

export { checkDeployments, checkSites, findManagers, type Checked } from './checkup'
export { checkServer, type ServerAddress, type ServerCheck } from './direct/check-server'
export type { HostsDeps } from './hosts'

/** Where the tokens of a site's sign-in come from. */
export type SiteTokensOf = (of: { readonly site: string; readonly account?: string | undefined; readonly service?: { readonly resourceServer: string; readonly scope: string } }) => TokenSource

export interface RegistryDeps {
  readonly agent: Dispatcher
  readonly engines: LocalEngines
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  /** The tokens of a sign-in, for a cluster that names a site. */
  readonly siteTokens?: SiteTokensOf
  /** Origin of Globus Compute; absent: the usual one. */
  readonly computeUrl?: string
  /** What clusters have said that they refuse. */
  readonly refusedFields: RefusedFields
  /** The replicas that the scheduler keeps. */
  readonly pool: ReplicaPool
  readonly hosts: HostsDeps
  readonly logger: Logger
  readonly timers?: Timers
}

export interface BuiltClusters {
  /** In the configuration's order; one whose configuration is as before is the same object as before. */
  readonly adapters: readonly ClusterAdapter[]
  /** Those whose replicas are started from here. */
  readonly managed: readonly ManagedCluster[]
}

/** The only place that knows the kinds of cluster. */
export interface Registry {
  build(config: Config): BuiltClusters
  /** A cluster that the configuration no longer has at this place, so that what it left running can be ended. */
  former(name: string, place: string): ManagedCluster | undefined
  /** What an engine of this machine says of a start: a fraction from 0 to 1. */
  setProgress(model: string, fraction: number): void
}

interface Made {
  readonly adapter: ClusterAdapter
  /** The configuration it was made from; another one makes it anew. */
  readonly from: string
  readonly local?: LocalAdapter
  readonly scheduled?: ScheduledAdapter
  readonly host?: ReplicaHost
}

export function createRegistry({ agent, engines, secret, siteTokens, computeUrl = usualComputeUrl, refusedFields, pool, hosts, logger, timers = realTimers }: RegistryDeps): Registry {
  let made = new Map<string, Made>()
  const now = (): number => timers.now()
  // Which account two clusters share is known to the accounts alone: all are counted together.
  const computePace = createPace(timers)
  const maintenance = createMaintenance({ agent, now, logger })
  const before = (name: string, from: string): Made | undefined => {
    const known = made.get(name)
    return known?.from === from ? known : undefined
  }
  const settingsOf = (config: LocalClusterConfig | BatchClusterConfig) => ({
    deployments: config.kind === 'local' ? launchedHere(config) : config.deployments,
    maintenance: () => maintenance.reason(config),
  })
  const managedOf = (config: LocalClusterConfig | BatchClusterConfig, host: ReplicaHost): ManagedCluster => ({
    name: config.name,
    place: placeOf(config),
    host,
    deployments: settingsOf(config).deployments,
    pace: config.kind === 'local' ? localPace : batchPace,
    isClosed: () => maintenance.reason(config) !== undefined,
    ...(config.kind !== 'local' && config.maxNodes !== undefined && { maxNodes: config.maxNodes }),
  })

  const buildDirect = (config: DirectClusterConfig, from: string): Made => before(config.name, from) ?? { adapter: createDirectAdapter(config, { agent, secret, refusedFields, now }), from }
  const tokensOf = ({ site, account }: FirstClusterConfig): { tokens?: TokenSource } => (site === undefined || siteTokens === undefined ? {} : { tokens: siteTokens({ site, account }) })
  const buildFirst = (config: FirstClusterConfig, from: string): Made => before(config.name, from) ?? { adapter: createFirstAdapter(config, { agent, secret, refusedFields, timers, ...tokensOf(config) }), from }

  const buildCompute = (config: GlobusComputeClusterConfig, from: string): Made => {
    const { name, site, account } = config
    const tokens = siteTokens?.({ site, account, service: computeService }) ?? noSignIn(name)
    return before(name, from) ?? { adapter: createGlobusComputeAdapter(config, { agent, computeUrl, tokens, pace: computePace, ledger: createTaskLedger({ path: join(hosts.dataDir, 'globus-compute', `${name}.json`), now, logger }), batchFolder: join(hosts.dataDir, 'globus-compute', `${name}.batches`), refusedFields, timers }), from }
  }

  const buildBatch = (config: BatchClusterConfig): Made => {
    const { name, kind } = config
    const from = placeOf(config)
    const known = before(name, from)
    known?.scheduled?.configure(settingsOf(config))
    if (known !== undefined) return known
    const scheduled = createScheduledAdapter({ name, kind, hasJobs: true }, settingsOf(config), { pool, now })
    return { adapter: scheduled, from, scheduled, host: withSecrets(batchHostOf(config, hosts), secret) }
  }

  const buildLocal = (config: LocalClusterConfig, hasGuide: boolean): Made => {
    const { name } = config
    const from = `local ${hasGuide}`
    const known = before(name, from)
    known?.local?.setDeployments(llamasHere(config))
    known?.scheduled?.configure(settingsOf(config))
    if (known !== undefined) return known
    const local = createLocalAdapter({ name, deployments: llamasHere(config), hasGuide }, { engines, timers, logger })
    const scheduled = createScheduledAdapter({ name, kind: 'local', hasJobs: false }, settingsOf(config), { pool, now })
    return { adapter: createThisMachine(local, scheduled), from, local, scheduled, host: withSecrets(processHostOf(name, hosts), secret) }
  }

  return {
    build(config) {
      const clusters = withThisMachine(config.clusters)
      maintenance.watch(clusters)
      const guide = clusters.find(({ kind }) => kind === 'local')
      const built = new Map<string, Made>()
      const make = (cluster: ClusterConfig): Made => {
        switch (cluster.kind) {
          case 'local':
            return buildLocal(cluster, cluster === guide)
          case 'slurm':
          case 'pbs':
            return buildBatch(cluster)
          case 'direct':
            return buildDirect(cluster, JSON.stringify(cluster))
          case 'first':
            return buildFirst(cluster, JSON.stringify(cluster))
          case 'globus-compute':
            return buildCompute(cluster, JSON.stringify(cluster))
        }
      }
      const managed: ManagedCluster[] = []
      for (const cluster of clusters) {
        const one = make(cluster)
        built.set(cluster.name, one)
        if (one.host !== undefined && 'deployments' in cluster) managed.push(managedOf(cluster, one.host))
      }
      made = built
      return { adapters: Array.from(built.values(), ({ adapter }) => adapter), managed }
    },
    former: (name, place) => formerCluster(name, place, hosts),
    setProgress: (model, fraction) => made.forEach(({ local }) => local?.setProgress(model, fraction)),
  }
}

const usualComputeUrl = 'https://compute.api.globus.org'

/** This machine is always there, so that the guide is: under the name that the configuration gives it, else `here`. */
function withThisMachine(clusters: readonly ClusterConfig[]): readonly ClusterConfig[] {
  if (clusters.some(({ kind }) => kind === 'local')) return clusters
  const isTaken = clusters.some(({ name }) => name === 'here')
  return [{ name: isTaken ? 'this-machine' : 'here', kind: 'local', deployments: [], maintenance: [] }, ...clusters]
}
