import type { Framework } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import type { FirstError } from '@shared/errors'

/** A place in a live replica, for one request. */
export interface PooledReplica {
  readonly baseUrl: string
  /** The engine's own. */
  readonly key: string
  readonly release: () => void
}

/** The replicas that the scheduler keeps, as an adapter needs them. */
export interface ReplicaPool {
  /** @throws FirstError `model_loading` where one is coming, which is demand too, `model_failed` where none will */
  acquire(this: void, name: { readonly cluster: string; readonly model: string; readonly framework: Framework }): PooledReplica
  replicas(): readonly Replica[]
  /** Why a cluster could not be asked the last time. */
  problem(cluster: string): FirstError | undefined
  onChange(listener: () => void): () => void
}
