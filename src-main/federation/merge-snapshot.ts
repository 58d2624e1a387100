import type { ClusterSnapshot } from '@shared/domain/cluster'

/** What was known of a cluster that has not been asked yet, or cannot be: its models are still named, with no claim about them. */
export function asUnknown(snapshot: ClusterSnapshot): ClusterSnapshot {
  return { ...snapshot, isReachable: false, models: snapshot.models.map(({ id, cluster, framework, contextTokens, isGuide }) => ({ id, cluster, framework, status: 'unknown', ...(contextTokens !== undefined && { contextTokens }), ...(isGuide !== undefined && { isGuide }) })) }
}

/** A failed attempt keeps the models of the last good one, and its time; unless the cluster has moved, and that one was of another place. */
export function mergeSnapshot(last: ClusterSnapshot, answer: ClusterSnapshot): ClusterSnapshot {
  if (answer.isReachable || answer.url !== last.url) return answer
  const newest = answer.takenAtMs > last.takenAtMs || last.models.length === 0 ? answer : last
  return asUnknown({ ...answer, models: newest.models, takenAtMs: newest.takenAtMs })
}
