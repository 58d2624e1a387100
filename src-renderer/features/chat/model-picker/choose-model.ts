import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelChoice } from '@shared/domain/conversation'
import type { ModelInfo } from '@shared/domain/model'

/** The model that a choice means; where no cluster is named, the first that serves it. */
export function findModel(clusters: readonly ClusterSnapshot[], { model, cluster }: ModelChoice): ModelInfo | undefined {
  return clusters
    .filter(({ name }) => cluster === undefined || name === cluster)
    .flatMap(({ models }) => models)
    .find(({ id }) => id === model)
}

/**
 * Who answers: the first wish that some cluster still lists; else a live language model, else the guide, else any model.
 * While no cluster is known the first wish stands, so that a chat can be begun before the core has answered.
 */
export function resolveChoice(wishes: readonly (ModelChoice | undefined)[], clusters: readonly ClusterSnapshot[]): ModelChoice | undefined {
  const wanted = wishes.filter((wish) => wish !== undefined)
  const models = clusters.flatMap((cluster) => cluster.models)
  if (models.length === 0) return wanted[0]
  const kept = wanted.find((wish) => findModel(clusters, wish) !== undefined)
  if (kept !== undefined) return kept
  const best = models.find((model) => model.status === 'live' && model.isGuide !== true) ?? models.find((model) => model.isGuide === true) ?? models[0]
  return best && { model: best.id, cluster: best.cluster }
}

/** Whether a request to this model can be answered, at once or after it has started; one that is offline starts with a request. */
export function canAnswer({ status }: ModelInfo): boolean {
  return status !== 'failed' && status !== 'maintenance'
}

/** A live model to ask in place of one that is not: the same on another cluster, else another of the same cluster, else any. */
export function liveInstead(clusters: readonly ClusterSnapshot[], { id, cluster }: ModelInfo): ModelInfo | undefined {
  const live = clusters.flatMap(({ models }) => models).filter((model) => model.status === 'live' && model.isGuide !== true && !(model.id === id && model.cluster === cluster))
  return live.find((model) => model.id === id) ?? live.find((model) => model.cluster === cluster) ?? live[0]
}

/** The part of a model's id that tells it from others: after the last slash. */
export function shortName(modelId: string): string {
  return modelId.slice(modelId.lastIndexOf('/') + 1)
}
