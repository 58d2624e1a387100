import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo } from '@shared/domain/model'

/** What was known of a cluster that has not been asked yet, or cannot be: its models are still named, with no claim about them. */
export function asUnknown(snapshot: ClusterSnapshot): ClusterSnapshot {
  return { ...snapshot, isReachable: false, models: snapshot.models.map((model) => ({ ...lasting(model), status: 'unknown' })) }
}

/**
 * A failed attempt keeps the models of the last good one, and its time; unless the cluster has moved, and that one was of another place.
 * Under maintenance no model is served, whatever else the site says of it, and one that lists none then keeps those it had.
 */
export function mergeSnapshot(last: ClusterSnapshot, answer: ClusterSnapshot): ClusterSnapshot {
  const hasMoved = answer.url !== last.url
  // What was started from here serves whatever its site says, and is known without asking it.
  if (answer.replicas !== undefined) return answer.isReachable ? answer : { ...answer, models: answer.models.map((model) => (model.status === 'live' ? model : { ...lasting(model), status: 'unknown' })) }
  if (answer.isReachable && answer.isInMaintenance === true) {
    const models = answer.models.length > 0 || hasMoved ? answer.models : last.models
    return { ...answer, models: models.map((model) => ({ ...lasting(model), status: 'maintenance', ...(answer.problem !== undefined && { reason: answer.problem }) })) }
  }
  if (answer.isReachable || hasMoved) return answer
  const { models, jobs, nodes, takenAtMs } = answer.takenAtMs > last.takenAtMs || last.models.length === 0 ? answer : last
  return asUnknown({ ...answer, models, takenAtMs, ...(jobs !== undefined && { jobs }), ...(nodes !== undefined && { nodes }) })
}

/** What a model is, without how it was; its status is for the caller to say. */
function lasting(model: ModelInfo): ModelInfo {
  const rest = { ...model }
  delete rest.reason
  delete rest.progress
  delete rest.sinceMs
  return rest
}
