import type { Framework, Scaling } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import type { FirstError } from '@shared/errors'
import type { HostCapacity } from './replica-host'

/** A place in a live replica, for one request. */
export interface PooledReplica {
  readonly baseUrl: string
  /** The engine's own. */
  readonly key: string
  readonly release: () => void
  /** It takes no connection: it gets no more requests until it answers again. */
  readonly suspect: () => void
}

type Name = { readonly cluster: string; readonly model: string; readonly framework: Framework }
/** @param batch that asks: where each has a replica of its own, that is the one */
type Asked = Name & { readonly batch?: string | undefined }

/** The replicas that the scheduler keeps, as an adapter needs them. */
export interface ReplicaPool {
  /** @throws FirstError `model_loading` where one is coming, which is demand too, `model_failed` where none will */
  acquire(this: void, name: Asked): PooledReplica
  replicas(): readonly Replica[]
  /** Milliseconds that a start takes, from past ones; absent: there were none. */
  usualStartMs(name: Name): number | undefined
  /** What an admin wants of it; absent: it goes by the load. */
  wishOf(name: Name): NonNullable<Scaling['wish']> | undefined
  /** Why a cluster could not be asked the last time. */
  problem(cluster: string): FirstError | undefined
  capacity(cluster: string): HostCapacity | undefined
  onChange(listener: (cluster: string) => void): () => void
}
