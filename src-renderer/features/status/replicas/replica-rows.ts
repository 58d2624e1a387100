import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo } from '@shared/domain/model'
import type { Replica, ReplicaState } from '@shared/domain/replica'

/** What serves or may serve soon first; then what failed, and what has ended. */
const order: readonly ReplicaState[] = ['live', 'starting', 'queued', 'requested', 'draining', 'failed', 'stopped']

/** All replicas that clusters tell of, as told or as kept from last time; of each state the newest first. */
export function replicasOf(clusters: readonly ClusterSnapshot[]): readonly Replica[] {
  return clusters.flatMap(({ replicas = [] }) => replicas).sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state) || other.sinceMs - one.sinceMs)
}

/** Those of one deployment. */
export function ofDeployment(replicas: readonly Replica[], { cluster, id, framework }: Pick<ModelInfo, 'cluster' | 'id' | 'framework'>): readonly Replica[] {
  return replicas.filter((replica) => replica.cluster === cluster && replica.model === id && replica.framework === framework)
}

export function isOver({ state }: Pick<Replica, 'state'>): boolean {
  return state === 'stopped' || state === 'failed'
}

/** Waits, loads or serves, and was not told to end. */
export function isActive(replica: Pick<Replica, 'state'>): boolean {
  return !isOver(replica) && replica.state !== 'draining'
}

/** What a replica is to its cluster: a job by its id, or a process, whose handle (`pid@boot:start`) begins with its id. */
export function handleWords(handle: string, isJob: boolean): string {
  return isJob ? `job ${handle}` : `process ${handle.split('@')[0] ?? handle}`
}

/** Requests that these have now. */
export function inFlightOf(replicas: readonly Replica[]): number {
  return replicas.reduce((sum, { inFlight = 0 }) => sum + inFlight, 0)
}

/** The replica that is a job of a cluster's workload manager. */
export function replicaOfJob({ replicas = [] }: ClusterSnapshot, jobId: string | undefined): Replica | undefined {
  return jobId === undefined ? undefined : replicas.find((replica) => replica.handle === jobId && isActive(replica))
}
