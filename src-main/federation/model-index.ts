import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import type { Deployment } from '../clusters/cluster-adapter'

/** A place that may serve a model, with what is known of it there. */
export interface Candidate extends Deployment {
  readonly info: ModelInfo
}

/** Model id to the places that serve it, best first; ids sorted. */
export type ModelIndex = ReadonlyMap<string, readonly Candidate[]>

/** Where a request is served soonest comes first; equals stay in configured order. */
const rank: Record<ModelStatus, number> = { live: 0, starting: 1, queued: 2, offline: 2, unknown: 3, maintenance: 4, failed: 4 }

export function indexModels(snapshots: readonly ClusterSnapshot[]): ModelIndex {
  const places = new Map<string, Candidate[]>()
  for (const info of snapshots.flatMap(({ models }) => models)) {
    const candidate = { cluster: info.cluster, model: info.id, framework: info.framework, info }
    const known = places.get(info.id)
    if (known === undefined) places.set(info.id, [candidate])
    else known.push(candidate)
  }
  for (const known of places.values()) known.sort((a, b) => rank[a.info.status] - rank[b.info.status])
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)))
}
