import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelStatus } from '@shared/domain/model'

/** How a cluster itself is, by the marks of models. */
export function clusterMark({ isReachable, isInMaintenance, problem, needsSignIn }: ClusterSnapshot): { readonly status: ModelStatus; readonly word: string } {
  if (isReachable) return isInMaintenance === true ? { status: 'maintenance', word: 'Maintenance' } : { status: 'live', word: 'Reachable' }
  if (problem === undefined) return { status: 'unknown', word: 'Not asked yet' }
  return needsSignIn === true ? { status: 'queued', word: 'Sign-in needed' } : { status: 'failed', word: 'Not reachable' }
}

/** Why nothing is to be had of it, in the words of its site. */
export function clusterNote({ isReachable, isInMaintenance, problem, models }: ClusterSnapshot): string | undefined {
  if (!isReachable) return problem
  return isInMaintenance === true ? models.find(({ status, reason }) => status === 'maintenance' && reason !== undefined)?.reason : undefined
}

/** How many models have each status. */
export function countStatuses(models: readonly { readonly status: ModelStatus }[]): ReadonlyMap<ModelStatus, number> {
  const counts = new Map<ModelStatus, number>()
  for (const { status } of models) counts.set(status, (counts.get(status) ?? 0) + 1)
  return counts
}

/** Whether a cluster's name, kind, address or one of its models has the words in it. */
export function clusterFits(cluster: ClusterSnapshot, query: string): boolean {
  const words = query.trim().toLowerCase()
  return [cluster.name, cluster.kind, cluster.url ?? '', clusterMark(cluster).word, ...cluster.models.map(({ id }) => id)].some((text) => text.toLowerCase().includes(words))
}
