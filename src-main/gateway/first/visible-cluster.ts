import type { ClusterSnapshot } from '@shared/domain/cluster'
import { FirstError } from '@shared/errors'
import type { Directory } from '../../federation/directory'
import type { Grant } from '../authorize'
import type { Call } from '../call'

/**
 * The cluster that the path names, as long as the caller may use something of it.
 * @throws FirstError `cluster_not_found`, which also says of a cluster that the caller may not use nothing more than that
 */
export function visibleCluster(directory: Directory, grant: Grant, { params: { cluster = '' } }: Call): ClusterSnapshot {
  const visible = directory.snapshots().filter(({ name, models }) => (models.length === 0 ? [''] : models.map(({ id }) => id)).some((model) => grant.allows({ cluster: name, model })))
  const snapshot = visible.find(({ name }) => name === cluster)
  if (snapshot !== undefined) return snapshot
  throw new FirstError('cluster_not_found', `There is no cluster "${cluster}".`, { info: { clusters: visible.map(({ name }) => name) } })
}
