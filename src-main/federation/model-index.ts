import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import type { Deployment } from '../clusters/cluster-adapter'

/** A place that may serve a model, with what is known of it there. */
export interface Candidate extends Deployment {
  /** Names the deployment: the same in every snapshot. */
  readonly key: string
  readonly info: ModelInfo
  /** Of its cluster; absent where that is not known now. */
  readonly freeNodes?: number
  /** The alias that was asked for, in whose place this one stands. */
  readonly alias?: string
  /** Place of its model in the alias's list, from 0. */
  readonly preference?: number
}

/** Model id or alias to the places that serve it, best first; names sorted. */
export type ModelIndex = ReadonlyMap<string, readonly Candidate[]>

/** Equals stay in configured order. */
const lateness: Record<ModelStatus, number> = { live: 0, starting: 1, queued: 2, offline: 4, unknown: 5, maintenance: 6, failed: 6 }
const offlineWithNodes = 3

const latenessOf = ({ info: { status }, freeNodes = 0 }: Candidate): number => (status === 'offline' && freeNodes > 0 ? offlineWithNodes : lateness[status])

/** Where a request is served soonest comes first; then as an alias lists them. */
export const bySoonest = (a: Candidate, b: Candidate): number => latenessOf(a) - latenessOf(b) || (a.preference ?? 0) - (b.preference ?? 0)

export const sortedByName = (places: Iterable<readonly [string, readonly Candidate[]]>): ModelIndex => new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)))

export function indexModels(snapshots: readonly ClusterSnapshot[]): ModelIndex {
  const places = new Map<string, Candidate[]>()
  for (const { models, nodes, isReachable } of snapshots) {
    for (const info of models) {
      const { id: model, cluster, framework } = info
      const candidate = { key: `${cluster}/${framework}/${model}`, cluster, model, framework, info, ...(isReachable && nodes !== undefined && { freeNodes: nodes.free }) }
      const known = places.get(model)
      if (known === undefined) places.set(model, [candidate])
      else known.push(candidate)
    }
  }
  for (const known of places.values()) known.sort(bySoonest)
  return sortedByName(places)
}
