import type { LaunchedDeployment } from '@shared/config/deployment'
import type { ReplicaHost } from './replica-host'

/** A cluster whose replicas are started from here. */
export interface ManagedCluster {
  readonly name: string
  /** Where it is, in text: a cluster with another one is another cluster. */
  readonly place: string
  readonly host: ReplicaHost
  readonly deployments: readonly LaunchedDeployment[]
  readonly maxNodes?: number | undefined
  /** Whether it is under maintenance: nothing is started then. */
  readonly isClosed?: () => boolean
  /** Absent: it is asked in every round. */
  readonly pace?: Pace
}

/** Where the clusters are whose replicas are started from here, by name: what is left of a cluster can be ended though `config.yaml` has lost it. */
export interface ClusterPlaces {
  /** Texts as `place` has them. */
  load(): ReadonlyMap<string, string>
  save(cluster: string, place: string): void
  remove(cluster: string): void
}

/** Milliseconds between two questions to a cluster. */
export interface Pace {
  /** Right after something was asked of it, or went wrong there; less and less often from then on. */
  readonly freshMs: number
  /** While something is on its way there; where that takes long, less and less often. */
  readonly busyMs: number
  /** While nothing is. */
  readonly calmMs: number
  /** Between two questions about its nodes, GPUs and memory. */
  readonly capacityMs: number
}
