import type { Framework } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'

/** A replica as the table `replicas` keeps it: what the window is shown, and what the scheduler has to remember across a restart. */
export interface StoredReplica extends Omit<Replica, 'inFlight'> {
  /** When the observation began in which it was seen last; absent: never seen. */
  readonly seenAtMs?: number | undefined
  /** Since when its process or job runs; the start timeout counts from here, not from the queue. */
  readonly runningAtMs?: number | undefined
  readonly liveAtMs?: number | undefined
  /** Since when a live one has not answered its readiness check. */
  readonly unreadySinceMs?: number | undefined
  /** When its cluster was asked last to start it or, while it drains, to end it. */
  readonly askedAtMs?: number | undefined
}

/** A model on a cluster with a framework. */
export interface DeploymentName {
  readonly cluster: string
  readonly model: string
  readonly framework: Framework
}

/** Tells deployments apart; cluster names and frameworks hold no slash, so that a model's own do no harm. */
export const deploymentKey = ({ cluster, model, framework }: DeploymentName): string => `${cluster}/${framework}/${model}`

/** Replicas of a deployment: those for everybody, or the one of a batch, which takes nobody else's requests. */
export interface PoolName extends DeploymentName {
  readonly batch?: string | undefined
}

/** Tells pools apart; no name of a cluster holds an "@". */
export const poolKey = (name: PoolName): string => (name.batch === undefined ? deploymentKey(name) : `${name.batch}@${deploymentKey(name)}`)

/** `stopped` or `failed`: nothing more comes of it. */
export const isOver = ({ state }: Pick<StoredReplica, 'state'>): boolean => state === 'stopped' || state === 'failed'

/** Serves, or is on its way to. */
export const isActive = (replica: Pick<StoredReplica, 'state'>): boolean => !isOver(replica) && replica.state !== 'draining'

export const isLive = ({ state }: Pick<StoredReplica, 'state'>): boolean => state === 'live'
