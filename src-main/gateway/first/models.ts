import { FirstError } from '@shared/errors'
import { modelDetailsToWire, type WireModelDetails } from '@shared/first/to-wire'
import type { Directory } from '../../federation/directory'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { visibleCluster } from './visible-cluster'

/**
 * `GET /resource_server/{cluster}/models[?model_id=]`: what the models that the caller may use can do, sorted by id.
 * @throws FirstError `cluster_not_found`; `endpoint_not_found` for a `model_id` that is not there or not for the caller
 */
export function clusterModels(directory: Directory, grant: Grant, call: Call): WireModelDetails[] {
  const { name, models } = visibleCluster(directory, grant, call)
  const wanted = new URL(call.request.url ?? '', 'http://gateway').searchParams.get('model_id')
  const found = models.filter(({ id }) => (wanted === null || id === wanted) && grant.allows({ cluster: name, model: id }))
  if (wanted !== null && found.length === 0) throw new FirstError('endpoint_not_found', `The cluster "${name}" does not serve the model "${wanted}".`, { param: 'model_id' })
  return found.map(modelDetailsToWire).sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1))
}
