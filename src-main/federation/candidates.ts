import type { ClusterSnapshot } from '@shared/domain/cluster'
import { framework as frameworks } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { autoAlias, indexAliases, type Aliases } from './aliases'
import { indexModels, type Candidate, type ModelIndex } from './model-index'
import { nearest } from './nearest'

/** What the directory knows at one moment, by name. */
export interface Known {
  readonly snapshots: readonly ClusterSnapshot[]
  readonly models: ModelIndex
  readonly aliases: ModelIndex
  /** As configured: also those that stand for nothing that is known. */
  readonly configured: Aliases
}

export function know(snapshots: readonly ClusterSnapshot[], configured: Aliases): Known {
  const models = indexModels(snapshots)
  return { snapshots, models, aliases: indexAliases(models, snapshots, configured), configured }
}

interface Wanted {
  readonly model: string
  readonly cluster: string | undefined
  readonly framework: string | undefined
}

/** Whether somebody may know of a model on a cluster. */
export type Sees = (place: { readonly cluster: string; readonly model: string }) => boolean

/**
 * An alias wins over a model of its name; where a cluster is named, that cluster's model does.
 * @throws FirstError that names what is not there, and what is there that looks like it, as far as the caller may see it.
 */
export function findCandidates(known: Known, wanted: Wanted, sees?: Sees): readonly Candidate[] {
  const places = placesOf(known, wanted)
  if (places.length > 0) return places
  throw nothingFor(wanted, sees === undefined ? known : onlySeen(known, wanted.model, sees))
}

function placesOf({ models, aliases }: Known, { model, cluster, framework }: Wanted): readonly Candidate[] {
  if (cluster === undefined && framework === undefined) return aliases.get(model) ?? models.get(model) ?? []
  for (const index of [models, aliases]) {
    const places = index.get(model)?.filter((place) => isOf(place, cluster, framework)) ?? []
    if (places.length > 0) return places
  }
  return []
}

/**
 * A cluster is seen by whoever sees one of its models, and one whose models are not known by whoever might use there what is wanted.
 * An alias stands for those of its models that are seen somewhere.
 */
function onlySeen({ snapshots, configured }: Known, wanted: string, sees: Sees): Known {
  const members = Object.hasOwn(configured, wanted) ? (configured[wanted] ?? []) : [wanted]
  const seen = snapshots.flatMap((snapshot) => {
    const seesHere = (model: string): boolean => sees({ cluster: snapshot.name, model })
    const models = snapshot.models.filter(({ id }) => seesHere(id))
    const isSeen = snapshot.models.length > 0 ? models.length > 0 : members.some(seesHere)
    return isSeen ? [{ ...snapshot, models }] : []
  })
  const aliases = Object.entries(configured).map(([alias, ids]) => [alias, ids.filter((model) => snapshots.some(({ name }) => sees({ cluster: name, model })))] as const)
  return know(seen, Object.fromEntries(aliases.filter(([, ids]) => ids.length > 0)))
}

function nothingFor({ model, cluster, framework }: Wanted, { snapshots, models, aliases, configured }: Known): FirstError {
  if (cluster !== undefined) checkCluster(snapshots, cluster, framework)
  const silent = snapshots.filter(({ isReachable, models }) => !isReachable && models.length === 0).map(({ name }) => name)
  const note = silent.length === 0 ? '' : ` These clusters could not be asked yet: ${silent.join(', ')}.`
  const members = Object.hasOwn(configured, model) ? configured[model] : undefined
  if (members !== undefined && cluster === undefined) return new FirstError('model_not_found', `The alias "${model}" stands for ${members.join(', ')}, and none of them is known.${note}`, { param: 'model' })
  const ids = [...models, ...aliases].filter(([, places]) => places.some((place) => isOf(place, cluster, framework))).map(([id]) => id)
  const hint = didYouMean(nearest([...new Set(ids)], model))
  if (cluster !== undefined) return new FirstError('endpoint_not_found', `The cluster "${cluster}" does not serve the model "${model}"${hint}`, { param: 'model' })
  return new FirstError('model_not_found', `There is no model "${model}"${hint}${note}`, { param: 'model' })
}

/**
 * Each name once, an alias in place of a model of its name; on a cluster's own paths its models alone. `auto` is named where it chooses between several models.
 * @throws FirstError `cluster_not_found`, `unsupported_framework`, `upstream_unreachable`
 */
export function listModels(known: Known, cluster: string | undefined, framework: string | undefined, sees?: Sees): readonly (readonly Candidate[])[] {
  const { models, aliases, configured } = known
  if (cluster !== undefined) {
    checkCluster(sees === undefined ? known.snapshots : onlySeen(known, '', sees).snapshots, cluster, framework)
    return [...models.values()].map((places) => places.filter((place) => isOf(place, cluster, framework))).filter((places) => places.length > 0)
  }
  const shown = [...aliases].filter(([name, places]) => name !== autoAlias || Object.hasOwn(configured, autoAlias) || new Set(places.map(({ model }) => model)).size > 1)
  if (shown.length === 0) return [...models.values()]
  return [...new Map([...models, ...shown])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, places]) => places)
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
