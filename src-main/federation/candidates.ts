import type { ClusterSnapshot } from '@shared/domain/cluster'
import { framework as frameworks } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { Candidate, ModelIndex } from './model-index'
import { nearest } from './nearest'

interface Wanted {
  readonly model: string
  readonly cluster: string | undefined
  readonly framework: string | undefined
}

type Snapshots = () => readonly ClusterSnapshot[]

/** @throws FirstError that names what is not there, and what is there that looks like it. */
export function findCandidates(index: ModelIndex, snapshots: Snapshots, { model, cluster, framework }: Wanted): readonly Candidate[] {
  if (cluster !== undefined) checkCluster(snapshots(), cluster, framework)
  const everywhere = index.get(model) ?? []
  const places = cluster === undefined && framework === undefined ? everywhere : everywhere.filter((place) => isOf(place, cluster, framework))
  if (places.length > 0) return places
  const ids = [...index].filter(([, all]) => all.some((place) => isOf(place, cluster, framework))).map(([id]) => id)
  const hint = didYouMean(nearest(ids, model))
  if (cluster !== undefined) throw new FirstError('endpoint_not_found', `The cluster "${cluster}" does not serve the model "${model}"${hint}`, { param: 'model' })
  const silent = snapshots().filter(({ isReachable, models }) => !isReachable && models.length === 0).map(({ name }) => name)
  const note = silent.length === 0 ? '' : ` These clusters could not be asked yet: ${silent.join(', ')}.`
  throw new FirstError('model_not_found', `There is no model "${model}"${hint}${note}`, { param: 'model' })
}

/** @throws FirstError `cluster_not_found`, `unsupported_framework`, `upstream_unreachable` */
export function listModels(index: ModelIndex, snapshots: Snapshots, cluster: string | undefined, framework: string | undefined): readonly (readonly Candidate[])[] {
  if (cluster === undefined) return [...index.values()]
  checkCluster(snapshots(), cluster, framework)
  return [...index.values()].map((places) => places.filter((place) => isOf(place, cluster, framework))).filter((places) => places.length > 0)
}

const isOf = (place: Candidate, cluster: string | undefined, framework: string | undefined): boolean =>
  (cluster === undefined || place.cluster === cluster) && (framework === undefined || place.framework === framework)

function checkCluster(snapshots: readonly ClusterSnapshot[], cluster: string, framework: string | undefined): void {
  const snapshot = snapshots.find(({ name }) => name === cluster)
  if (snapshot === undefined) {
    const names = snapshots.map(({ name }) => name)
    throw new FirstError('cluster_not_found', `There is no cluster "${cluster}"${didYouMean(nearest(names, cluster))}`, { info: { clusters: names } })
  }
  if (framework === undefined || snapshot.models.some((model) => model.framework === framework)) return
  if (!snapshot.isReachable && snapshot.models.length === 0)
    throw new FirstError('upstream_unreachable', `The cluster "${cluster}" cannot be reached: ${snapshot.problem ?? 'it has not answered yet.'}`)
  const served = [...new Set(snapshot.models.map((model) => model.framework))]
  throw new FirstError('unsupported_framework', `The cluster "${cluster}" has no framework "${framework}"${frameworks.safeParse(framework).success ? '' : ', which is none that FIRST knows'}; it has ${served.join(', ') || 'none'}.`, { info: { frameworks: served } })
}

const didYouMean = (names: readonly string[]): string => (names.length === 0 ? '.' : `; did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`)
