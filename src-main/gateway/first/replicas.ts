import type { DeploymentName, DeploymentWish } from '@shared/domain/deployment'
import type { Replica } from '@shared/domain/replica'
import { FirstError } from '@shared/errors'
import { replicaToWire, type WireReplica } from '@shared/first/replicas'
import type { Directory } from '../../federation/directory'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { visibleCluster } from './visible-cluster'

/** What an admin may do with replicas: the scheduler's. */
export interface ReplicaControl {
  replicas(): readonly Replica[]
  /** @param by name of who wants it. @throws FirstError `model_not_found` */
  want(name: DeploymentName, wish: DeploymentWish, by?: string): void
  /** @throws FirstError `not_found`, and why its cluster did not end it */
  end(id: string): Promise<void>
  /** @throws FirstError `not_found` */
  logOf(id: string, signal: AbortSignal): Promise<string>
}

/** @throws FirstError `access_denied` for whoever is neither the owner nor an admin */
export function requireAdmin({ isAdmin }: Grant): void {
  if (!isAdmin) throw new FirstError('access_denied', 'Replicas and jobs of this gateway are for its owner and for keys of administrators.', { action: 'Ask the owner for a key with --admin.' })
}

interface Asked {
  readonly directory: Directory
  readonly control: ReplicaControl
  readonly grant: Grant
  readonly call: Call
}

/**
 * `GET /{cluster}/replicas`: those that are there and those that ended not long ago, newest first.
 * @throws FirstError `cluster_not_found`
 */
export const listReplicas = (asked: Asked): { readonly object: 'list'; readonly data: readonly WireReplica[] } => ({
  object: 'list',
  data: ownReplicas(asked)
    .sort((a, b) => b.requestedAtMs - a.requestedAtMs)
    .map(replicaToWire),
})

/**
 * `GET /{cluster}/replicas/{replica}/log`: the last lines that it printed.
 * @throws FirstError `cluster_not_found`, `not_found`, and what its cluster says when it cannot be asked
 */
export async function replicaLog(asked: Asked): Promise<object> {
  const { id, logTail } = namedReplica(asked)
  const signal = AbortSignal.timeout(logTimeoutMs)
  // What failed is kept with its log, also when its files are gone.
  const text = await asked.control.logOf(id, signal).catch((cause: unknown) => {
    if (logTail === undefined) throw cause
    return ''
  })
  return { id, object: 'replica.log', text: text === '' ? (logTail ?? '') : text }
}

const logTimeoutMs = 30_000

/**
 * `DELETE /{cluster}/jobs/{replica}`: ends one replica, by its own id or its job's. Another comes in its place where it is wanted.
 * @throws FirstError `cluster_not_found`, `not_found`, and why its cluster did not end it
 */
export async function endReplica(asked: Asked): Promise<WireReplica> {
  const { id } = namedReplica(asked)
  await asked.control.end(id)
  return replicaToWire(asked.control.replicas().find((replica) => replica.id === id) ?? namedReplica(asked))
}

function ownReplicas({ directory, control, grant, call }: Asked): Replica[] {
  const { name } = visibleCluster(directory, grant, call)
  return control.replicas().filter((replica) => replica.cluster === name && grant.allows({ cluster: name, model: replica.model }))
}

function namedReplica(asked: Asked): Replica {
  const { cluster = '', replica: wanted = '' } = asked.call.params
  const own = ownReplicas(asked)
  // A workload manager may count its jobs from the start again: the newest of an id is meant.
  const found = own.find(({ id }) => id === wanted) ?? own.filter(({ handle }) => handle === wanted).sort((a, b) => b.requestedAtMs - a.requestedAtMs)[0]
  if (found === undefined) throw new FirstError('not_found', `The cluster "${cluster}" has no replica or job ${wanted}.`, { action: `Use an id that GET /resource_server/${cluster}/replicas lists.` })
  return found
}
