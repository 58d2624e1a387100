import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import type { Config } from '@shared/config/schema'
import { checkServer, createRegistry, type HostsDeps, type ServerAddress, type ServerCheck, type SiteTokensOf } from '../clusters/registry'
import type { ClusterPlaces } from '../clusters/managed-cluster'
import type { ChildHost } from '../engines/engine'
import { createGuideEngine } from '../engines/guide/guide-engine'
import { loadHelpPages } from '../engines/guide/help-pages'
import { availableMemoryBytes } from '../engines/llama/available-memory'
import { createLlamaEngine } from '../engines/llama/llama-engine'
import { createChoice, type Choice } from '../federation/choice'
import { createDirectory, type Directory } from '../federation/directory'
import type { SnapshotStore } from '../federation/snapshot-store'
import { createWaitingRoom, type WaitingRoom } from '../federation/waiting-room'
import type { ReplicaTable } from '../scheduler/replica-table'
import type { Scheduler } from '../scheduler/scheduler'
import type { RefusedFields } from '../storage/refused-fields'
import type { Clock } from './clock'
import type { Logger } from './logger'
import { startReplicas } from './replicas'
import type { SecretResolver } from './secret-resolver'

export interface Clusters {
  readonly scheduler: Scheduler
  readonly directory: Directory
  readonly choice: Choice
  readonly waitingRoom: WaitingRoom
  /** Brings a configuration into force; what is as before goes on. */
  apply(config: Config): Promise<void>
  checkServer(server: ServerAddress, signal: AbortSignal): Promise<ServerCheck>
  close(): Promise<void>
}

interface ClustersDeps {
  readonly config: Config
  readonly resourcesDir: string
  readonly childHost: ChildHost
  readonly secret: SecretResolver
  readonly siteTokens: SiteTokensOf
  /** Origin of Globus Compute, no slash at its end. */
  readonly computeUrl: string
  readonly store: SnapshotStore
  readonly refusedFields: RefusedFields
  readonly replicaTable: ReplicaTable
  readonly places: ClusterPlaces
  readonly ownerKey: string
  readonly hosts: Pick<HostsDeps, 'dataDir' | 'ownProgram' | 'startSupervisor'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A server that is tried from the window has this long to take the connection. */
const connectTimeoutMs = 5_000

/** The engines, the clusters that use them, and what is known of each. */
export async function startClusters({ config, resourcesDir, childHost, secret, siteTokens, computeUrl, store, refusedFields, replicaTable, places, ownerKey, hosts, clock, logger }: ClustersDeps): Promise<Clusters> {
  let { federation } = config
  const agent = new Agent({ connect: { timeout: connectTimeoutMs } })
  // Each needs the other: what waits is asked for once a replica is.
  const replicas = startReplicas({
    table: replicaTable,
    agent,
    ownerKey,
    waiting: (model) => waitingFor(model, waitingRoom.counts(({ hasOwn }) => hasOwn !== true), federation.aliases),
    former: (name, place) => registry.former(name, place),
    places,
    clock,
    logger,
  })
  const registry = createRegistry({
    pool: replicas.scheduler,
    hosts: { ...hosts, installation: createHash('sha256').update(`installation ${ownerKey}`).digest('hex').slice(0, 8), env: process.env, memory: { freeBytes: availableMemoryBytes, totalBytes: totalmem }, logger },
    agent,
    engines: {
      guide: createGuideEngine({ pages: await loadHelpPages(join(resourcesDir, 'help')) }),
      llama: createLlamaEngine({ childHost, logger, freeMemoryBytes: availableMemoryBytes, onProgress: ({ modelId }, fraction) => registry.setProgress(modelId, fraction) }),
    },
    secret,
    siteTokens,
    computeUrl,
    refusedFields,
    logger,
  })
  const built = registry.build(config)
  replicas.configure(built.managed)
  const directory = createDirectory({ adapters: built.adapters, store, logger, aliases: federation.aliases })
  // The wall clock may be set back, and a breaker would stay open for as long.
  const choice = createChoice({ clock: () => performance.now() })
  const waitingRoom = createWaitingRoom({ directory, settings: () => federation, clock: () => clock.now() })
  return {
    scheduler: replicas.scheduler,
    directory,
    choice,
    waitingRoom,
    apply(next) {
      federation = next.federation
      const { adapters, managed } = registry.build(next)
      replicas.configure(managed)
      directory.setAdapters(adapters)
      directory.setAliases(federation.aliases)
      choice.keepOnly(new Set(adapters.map(({ name }) => name)))
      return Promise.resolve()
    },
    checkServer: (server, signal) => checkServer(agent, server, signal),
    async close() {
      await directory.close()
      await replicas.close()
      await agent.destroy()
    },
  }
}

/** Those who wait for an alias wait for each of its models. */
function waitingFor(model: string, counts: ReadonlyMap<string, number>, aliases: Readonly<Record<string, readonly string[]>>): number {
  return Array.from(counts).reduce((sum, [name, count]) => (name === model || aliases[name]?.includes(model) === true ? sum + count : sum), 0)
}
