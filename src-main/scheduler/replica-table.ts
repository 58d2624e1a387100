import type { StartTimes } from './start-times'
import type { DeploymentName, StoredReplica } from './stored-replica'
import type { Override } from './world'

/**
 * What the scheduler has to remember across a restart. It is the only writer. A write that fails throws (`disk_full`): a replica that could not
 * be kept must not be started.
 */
export interface ReplicaTable {
  replicas(): StoredReplica[]
  save(replica: StoredReplica): void
  remove(id: string): void
  overrides(): Override[]
  /** In place of what was said of the deployment before. */
  saveOverride(override: Override): void
  removeOverride(name: DeploymentName): void
  /** By `deploymentKey`. */
  startTimes(): Map<string, StartTimes>
  saveStartTimes(key: string, times: StartTimes): void
}
