import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'

/** Model id to the places that serve it, best first; ids sorted. */
export type ModelIndex = ReadonlyMap<string, readonly ModelInfo[]>

/** Where a request is served soonest comes first; equals stay in configured order. */
const rank: Record<ModelStatus, number> = { live: 0, starting: 1, queued: 2, offline: 2, unknown: 3, maintenance: 4, failed: 4 }

export function indexModels(snapshots: readonly ClusterSnapshot[]): ModelIndex {
  const places = new Map<string, ModelInfo[]>()
  for (const { models } of snapshots)
    for (const model of models) {
      const known = places.get(model.id)
      if (known === undefined) places.set(model.id, [model])
      else known.push(model)
    }
  for (const known of places.values()) known.sort((a, b) => rank[a.status] - rank[b.status])
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)))
}
