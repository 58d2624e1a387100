import type { StatusAnswer } from '@shared/first/endpoints'
import { statusToWire } from '@shared/first/to-wire'
import type { Directory } from '../../federation/directory'

/** `GET /resource_server/status`, for everybody: whether each cluster is out of maintenance. `isPublic` leaves out those that are not for everybody to know of. */
export function clusterStatus(directory: Directory, isPublic: (cluster: string) => boolean = () => true): StatusAnswer {
  return statusToWire(directory.snapshots().filter(({ name }) => isPublic(name)))
}
