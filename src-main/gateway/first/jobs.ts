import { jobsToWire, type WireJobs } from '@shared/first/to-wire'
import type { Directory } from '../../federation/directory'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { visibleCluster } from './visible-cluster'

/**
 * `GET /resource_server/{cluster}/jobs`: what runs and waits there, of the models that the caller may use.
 * @throws FirstError `cluster_not_found`
 */
export function clusterJobs(directory: Directory, grant: Grant, call: Call): WireJobs {
  return jobsToWire(visibleCluster(directory, grant, call), (place) => grant.allows(place))
}
