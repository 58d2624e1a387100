import type { LaunchedDeployment } from '@shared/config/deployment'
import type { ReplicaHost } from '../clusters/replica-host'

/** A cluster whose replicas are started from here. */
export interface ManagedCluster {
  readonly name: string
  readonly host: ReplicaHost
  readonly deployments: readonly LaunchedDeployment[]
  readonly maxNodes?: number | undefined
  readonly maintenance?: readonly { readonly fromMs: number; readonly toMs: number }[] | undefined
}
