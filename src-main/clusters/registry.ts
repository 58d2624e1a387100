import type { Dispatcher } from 'undici'
import type { ClusterConfig, Config, DirectClusterConfig, FirstClusterConfig, LocalClusterConfig } from '@shared/config/schema'
import type { Logger } from '../core/logger'
import type { RefusedFields } from '../storage/refused-fields'
import type { ClusterAdapter } from './cluster-adapter'
import { createDirectAdapter } from './direct/direct-adapter'
import { createFirstAdapter } from './first/first-adapter'
import { createLocalAdapter, type LocalAdapter, type LocalEngines } from './local/local-adapter'
import { realTimers, type Timers } from './local/timers'

export { checkServer, type ServerAddress, type ServerCheck } from './direct/check-server'

export interface RegistryDeps {
  readonly agent: Dispatcher
  readonly engines: LocalEngines
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  /** What clusters have said that they refuse. */
  readonly refusedFields: RefusedFields
  readonly logger: Logger
  readonly timers?: Timers
}

/** The only place that knows the kinds of cluster. */
export interface Registry {
  /** Adapters for a configuration, in its order; one whose configuration is as before is the same object as before. */
  build(config: Config): readonly ClusterAdapter[]
  /** What an engine of this machine says of a start: a fraction from 0 to 1. */
  setProgress(model: string, fraction: number): void
}

type Made = { readonly adapter: ClusterAdapter; readonly from: string }

export function createRegistry({ agent, engines, secret, refusedFields, logger, timers = realTimers }: RegistryDeps): Registry {
  let made = new Map<string, Made>()
  const locals = (): LocalAdapter[] => [...made.values()].flatMap(({ adapter }) => (isLocal(adapter) ? [adapter] : []))

  const buildDirect = (config: DirectClusterConfig): Made => {
    const from = JSON.stringify(config)
    const before = made.get(config.name)
    return before?.from === from ? before : { adapter: createDirectAdapter(config, { agent, secret, refusedFields, now: () => timers.now() }), from }
  }

  const buildFirst = (config: FirstClusterConfig): Made => {
    const from = JSON.stringify(config)
    const before = made.get(config.name)
    return before?.from === from ? before : { adapter: createFirstAdapter(config, { agent, secret, refusedFields, timers }), from }
  }

  const buildLocal = (config: LocalClusterConfig, hasGuide: boolean): Made => {
    const from = `local ${hasGuide}`
    const before = made.get(config.name)
    if (before?.from !== from || !isLocal(before.adapter)) return { adapter: createLocalAdapter({ ...config, hasGuide }, { engines, timers, logger }), from }
    before.adapter.setDeployments(config.deployments)
    return before
  }

  return {
    build(config) {
      const clusters = withThisMachine(config.clusters)
      const guide = clusters.find(({ kind }) => kind === 'local')
      const built = new Map<string, Made>()
      const make = (cluster: ClusterConfig): Made => {
        switch (cluster.kind) {
          case 'local':
            return buildLocal(cluster, cluster === guide)
          case 'direct':
            return buildDirect(cluster)
          case 'first':
            return buildFirst(cluster)
        }
      }
      for (const cluster of clusters) built.set(cluster.name, make(cluster))
      made = built
      return Array.from(built.values(), ({ adapter }) => adapter)
    },
    setProgress: (model, fraction) => locals().forEach((adapter) => adapter.setProgress(model, fraction)),
  }
}

const isLocal = (adapter: ClusterAdapter): adapter is LocalAdapter => adapter.kind === 'local'

/** This machine is always there, so that the guide is: under the name that the configuration gives it, else `here`. */
function withThisMachine(clusters: readonly ClusterConfig[]): readonly ClusterConfig[] {
  if (clusters.some(({ kind }) => kind === 'local')) return clusters
  const isTaken = clusters.some(({ name }) => name === 'here')
  return [{ name: isTaken ? 'this-machine' : 'here', kind: 'local', deployments: [] }, ...clusters]
}
