import type { ListEndpointsAnswer } from '@shared/first/endpoints'
import { listEndpointsToWire } from '@shared/first/to-wire'
import type { Directory } from '../../federation/directory'
import type { Grant } from '../authorize'

/** `GET /resource_server/list-endpoints`: clusters, frameworks and models that the caller may use. */
export function listEndpoints(directory: Directory, grant: Grant): ListEndpointsAnswer {
  return listEndpointsToWire(directory.snapshots(), (place) => grant.allows(place))
}
