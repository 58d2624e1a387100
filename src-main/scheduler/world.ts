import type { LaunchedDeployment } from '@shared/config/deployment'
import type { HostCapacity } from '../clusters/replica-host'
import type { StartTimes } from './start-times'
import type { DeploymentName, StoredReplica } from './stored-replica'
import type { Observation } from './take-observation'

/** What callers want of one deployment now. */
export interface Demand {
  /** Requests that wait for a replica. */
  readonly queued: number
  /** How long there have always been some that wait: the wait of the oldest, or longer where a queue never empties. */
  readonly oldestWaitMs: number
  readonly inFlight: number
  /** The most requests, waiting and in flight, at any moment of the last `calmMs`. */
  readonly peak: number
  /** When the last request came or ended; after a restart, from the records. */
  readonly lastRequestMs?: number | undefined
}

/** What one batch wants of a deployment that has a replica for each. */
export interface BatchDemand extends DeploymentName {
  readonly batch: string
  /** When it began to. */
  readonly sinceMs: number
  readonly demand: Demand
}

export const noDemand: Demand = { queued: 0, oldestWaitMs: 0, inFlight: 0, peak: 0 }

/**
 * What an admin has said of a deployment; the newest holds until it is withdrawn.
 * `start`: as a request would, and failures until then are forgiven. `stop`: none, at once. `drain`: none, once they have finished. `scale`: so many, within `max`.
 */
export interface Override extends DeploymentName {
  readonly kind: 'start' | 'stop' | 'drain' | 'scale'
  /** For `scale`. */
  readonly replicas?: number | undefined
  readonly atMs: number
  /** Who said so. */
  readonly by?: string | undefined
}

export interface ClusterView {
  readonly name: string
  readonly deployments: readonly LaunchedDeployment[]
  /** The last answer; absent: it cannot be asked, and nothing is changed there. */
  readonly observation?: Observation | undefined
  readonly capacity?: HostCapacity | undefined
  /** Nodes that all its models together may have. */
  readonly maxNodes?: number | undefined
  /** Under maintenance: nothing may be started. */
  readonly isClosed?: boolean | undefined
}

/** All that `plan` knows. What is stored has taken in the observations already (`takeObservation`). */
export interface World {
  readonly nowMs: number
  /** When this scheduler came up. */
  readonly bootedAtMs: number
  readonly clusters: readonly ClusterView[]
  readonly stored: readonly StoredReplica[]
  /** By `deploymentKey`. */
  readonly demand: ReadonlyMap<string, Demand>
  /** Of batches that want a replica of their own. */
  readonly batches: readonly BatchDemand[]
  /** Requests that each replica has now, by its id. */
  readonly inFlight: ReadonlyMap<string, number>
  readonly overrides: readonly Override[]
  /** By `deploymentKey`. */
  readonly startTimes: ReadonlyMap<string, StartTimes>
  /** Ids of replicas with a start or stop under way: nothing more is asked of those. */
  readonly busy: ReadonlySet<string>
  /** When a cluster was asked last to end something, by `handleKey`. */
  readonly stopsAsked: ReadonlyMap<string, number>
}

/** What is to be done; each is kept in the table before its cluster is asked. */
export type Action =
  /** Stored as it is, then `ReplicaHost.start`; again for one whose start was cut short. */
  | { readonly kind: 'start'; readonly replica: StoredReplica }
  /** It takes no new requests. */
  | { readonly kind: 'drain'; readonly replica: StoredReplica; readonly reason: string }
  /** `ReplicaHost.stop`. */
  | { readonly kind: 'stop'; readonly cluster: string; readonly id: string; readonly handle: string; readonly reason: string; readonly isAtOnce: boolean }
  /** What runs and is wanted, and was not stored. */
  | { readonly kind: 'adopt'; readonly replica: StoredReplica }
  | { readonly kind: 'forget'; readonly replica: StoredReplica }
