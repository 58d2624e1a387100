import type { LaunchedDeployment } from '@shared/config/deployment'
import type { ReplicaHost } from './replica-host'

/** A cluster whose replicas are started from here. */
export interface ManagedCluster {
  readonly name: string
  readonly host: ReplicaHost
  readonly deployments: readonly LaunchedDeployment[]
  readonly maxNodes?: number | undefined
  /** Whether it is under maintenance: nothing is started then. */
  readonly isClosed?: () => boolean
  /** Milliseconds between two questions to it, while something is on its way there and while nothing is. Absent: it is asked in every round. */
  readonly pace?: { readonly busyMs: number; readonly calmMs: number }
}
