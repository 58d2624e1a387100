import { operation, type ModelInfo, type Operation } from '@shared/domain/model'
import type { Candidate, Directory } from '../federation/directory'
import type { Grant } from './authorize'
import type { Call } from './call'
import { allowedPlaces } from './route'

/** A model as `GET /v1/models` shows it: OpenAI's fields, and what FIRST knows beside them. */
interface WireModel {
  readonly id: string
  readonly object: 'model'
  /** Unix seconds; not known of most models. */
  readonly created: number
  /** The clusters that serve it, best first. */
  readonly owned_by: string
  readonly status: ModelInfo['status']
  readonly clusters: readonly string[]
  readonly context_window_tokens?: number
  /** What its places serve themselves, where all of them say; the protocols that are missing are translated. */
  readonly operations?: readonly Operation[]
}

/** Every model and every alias once, whatever the number of clusters that serve it. */
export function modelList(directory: Directory, grant: Grant, { params }: Call): { object: 'list'; data: WireModel[] } {
  const allowed = directory
    .models(params.cluster, params.framework, (place) => grant.allows(place))
    .map((places) => places.filter((place) => grant.allows(place)))
  return { object: 'list', data: allowed.filter((places) => places.length > 0).map(wireModel) }
}

/** @throws FirstError as `allowedPlaces` does. */
export function oneModel(directory: Directory, grant: Grant, call: Call): WireModel {
  return wireModel(allowedPlaces(directory, grant, call, call.params.model ?? ''))
}

function wireModel(places: readonly Candidate[]): WireModel {
  const [best] = places
  if (best === undefined) throw new Error('a model is listed that no cluster serves')
  const served = places.map(({ info }) => info.operations)
  return {
    id: best.alias ?? best.model,
    object: 'model',
    created: 0,
    owned_by: best.cluster,
    status: best.info.status,
    clusters: [...new Set(places.map(({ cluster }) => cluster))],
    ...(best.info.contextTokens !== undefined && { context_window_tokens: best.info.contextTokens }),
    ...(!served.includes(undefined) && { operations: operation.options.filter((each) => served.some((one) => one?.includes(each))) }),
  }
}
