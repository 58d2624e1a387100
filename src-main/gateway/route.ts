import { FirstError } from '@shared/errors'
import type { Candidate, Directory } from '../federation/directory'
import type { Grant } from './authorize'
import type { Call } from './call'

/**
 * The places that may serve this request, best first; never empty.
 * @throws FirstError `model_not_found`, `cluster_not_found`, `unsupported_framework`, `endpoint_not_found`, `upstream_unreachable`, `access_denied`
 */
export function route(directory: Directory, grant: Grant, { params }: Call, model: string): readonly Candidate[] {
  const candidates = directory.candidates(model, params.cluster, params.framework)
  const allowed = candidates.filter((candidate) => grant.allows(candidate))
  if (allowed.length === 0) throw new FirstError('access_denied', `You may not use the model "${model}".`, { param: 'model' })
  return allowed
}
