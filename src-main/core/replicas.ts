import { createHmac, randomInt } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { ClusterPlaces, ManagedCluster } from '../clusters/managed-cluster'
import { createRounds } from '../scheduler/rounds'
import { createScheduler, type Scheduler } from '../scheduler/scheduler'
import type { ReplicaTable } from '../scheduler/replica-table'
import type { Clock } from './clock'
import { createLeaving } from './leaving-clusters'
import type { Logger } from './logger'
import { createProbe } from './probe'

export interface Replicas {
  readonly scheduler: Scheduler
  /** Brings the clusters of a configuration into force. */
  configure(managed: readonly ManagedCluster[]): void
  close(): Promise<void>
}

interface ReplicasDeps {
  readonly table: ReplicaTable
  readonly agent: Dispatcher
  /** Engines' keys are made of it, so that they are the same at the next start and kept nowhere. */
  readonly ownerKey: string
  /** Requests that wait for a model now. */
  readonly waiting: (model: string) => number
  readonly former: (name: string, place: string) => ManagedCluster | undefined
  readonly places: ClusterPlaces
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds between two looks; each cluster is asked at its own pace. */
const everyMs = 1_000
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The scheduler at work. */
export function startReplicas({ table, agent, ownerKey, waiting, former, places, clock, logger }: ReplicasDeps): Replicas {
  const scheduler: Scheduler = createScheduler({
    clusters: [],
    table,
    newId: () => `fd-${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`,
    keyOf: (id) => createHmac('sha256', ownerKey).update(`engine ${id}`).digest('base64url'),
    probe: createProbe(agent),
    waiting,
    onDemand: () => rounds.soon(),
    clock: () => clock.now(),
    logger,
  })
  const leaving = createLeaving({ scheduler, former, places, logger })
  const rounds = createRounds({
    everyMs,
    tick() {
      leaving.tidy()
      scheduler.tick()
    },
  })
  return {
    scheduler,
    configure(managed) {
      leaving.configure(managed)
      rounds.soon()
    },
    async close() {
      rounds.stop()
      await scheduler.close()
    },
  }
}
