import { join } from 'node:path'
import { Agent } from 'undici'
import type { Config } from '@shared/config/schema'
import { checkServer, createRegistry, type ServerAddress, type ServerCheck } from '../clusters/registry'
import type { ChildHost } from '../engines/engine'
import { createGuideEngine } from '../engines/guide/guide-engine'
import { loadHelpPages } from '../engines/guide/help-pages'
import { availableMemoryBytes } from '../engines/llama/available-memory'
import { createLlamaEngine } from '../engines/llama/llama-engine'
import { createChoice, type Choice } from '../federation/choice'
import { createDirectory, type Directory } from '../federation/directory'
import type { SnapshotStore } from '../federation/snapshot-store'
import { createWaitingRoom, type WaitingRoom } from '../federation/waiting-room'
import type { RefusedFields } from '../storage/refused-fields'
import type { Clock } from './clock'
import type { Logger } from './logger'
import type { SecretResolver } from './secret-resolver'

export interface Clusters {
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
  readonly store: SnapshotStore
  readonly refusedFields: RefusedFields
  readonly clock: Clock
  readonly logger: Logger
}

/** A server that is tried from the window has this long to take the connection. */
const connectTimeoutMs = 5_000

/** The engines, the clusters that use them, and what is known of each. */
export async function startClusters({ config, resourcesDir, childHost, secret, store, refusedFields, clock, logger }: ClustersDeps): Promise<Clusters> {
  const agent = new Agent({ connect: { timeout: connectTimeoutMs } })
  const registry = createRegistry({
    agent,
    engines: {
      guide: createGuideEngine({ pages: await loadHelpPages(join(resourcesDir, 'help')) }),
      llama: createLlamaEngine({ childHost, logger, freeMemoryBytes: availableMemoryBytes, onProgress: ({ modelId }, fraction) => registry.setProgress(modelId, fraction) }),
    },
    secret,
    refusedFields,
    logger,
  })
  let { federation } = config
  const directory = createDirectory({ adapters: registry.build(config), store, logger, aliases: federation.aliases })
  // The wall clock may be set back, and a breaker would stay open for as long.
  const choice = createChoice({ clock: () => performance.now() })
  const waitingRoom = createWaitingRoom({ directory, settings: () => federation, clock: () => clock.now() })
  return {
    directory,
    choice,
    waitingRoom,
    apply(next) {
      federation = next.federation
      const adapters = registry.build(next)
      directory.setAdapters(adapters)
      directory.setAliases(federation.aliases)
      choice.keepOnly(new Set(adapters.map(({ name }) => name)))
      return Promise.resolve()
    },
    checkServer: (server, signal) => checkServer(agent, server, signal),
    async close() {
      await directory.close()
      await agent.destroy()
    },
  }
}
