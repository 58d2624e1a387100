import { FirstError } from '@shared/errors'
import type { Candidate, Directory } from '../federation/directory'
import type { Grant } from './authorize'
import type { Caller } from './call'
import type { InferenceRequest } from './inference-request'
import { operationFor } from './passage'

/**
 * The places that may serve this request, best first; never empty.
 * @throws FirstError `model_not_found`, `cluster_not_found`, `unsupported_framework`, `endpoint_not_found`, `upstream_unreachable`, `access_denied`, `unsupported_endpoint`
 */
export function route(directory: Directory, grant: Grant, call: Pick<Caller, 'params' | 'batch'>, asked: Pick<InferenceRequest, 'operation' | 'model'>): readonly Candidate[] {
  const allowed = allowedPlaces(directory, grant, call, asked.model)
  if (asked.operation === 'count_tokens') return allowed
  const able = allowed.filter(({ info }) => operationFor(asked.operation, info.operations) !== undefined)
  if (able.length === 0) throw new FirstError('unsupported_endpoint', `The model "${asked.model}" has no ${asked.operation.replaceAll('_', ' ')}.`, { param: 'model' })
  return able
}

/** What may be there all the same, while clusters have not answered for the first time. */
const unsure: ReadonlySet<string> = new Set(['model_not_found', 'endpoint_not_found', 'unsupported_framework', 'upstream_unreachable'])

/** As `route`; a request that comes right after the start waits for the first answers of clusters before it is refused. */
export function routeWhenKnown(directory: Directory, grant: Grant, call: Pick<Caller, 'params' | 'batch'>, asked: Pick<InferenceRequest, 'operation' | 'model'>): readonly Candidate[] | Promise<readonly Candidate[]> {
  try {
    return route(directory, grant, call, asked)
  } catch (cause) {
    const answers = cause instanceof FirstError && unsure.has(cause.code) ? directory.firstAnswers() : undefined
    if (answers === undefined) throw cause
    return answers.then(() => route(directory, grant, call, asked))
  }
}

/** Every place of a model that the caller may use; @throws FirstError as `route` does. */
export function allowedPlaces(directory: Directory, grant: Grant, { params, batch }: Pick<Caller, 'params' | 'batch'>, model: string): readonly Candidate[] {
  const candidates = directory.candidates(model, params.cluster, params.framework, (place) => grant.allows(place), batch)
  const allowed = candidates.filter((candidate) => grant.allows(candidate))
  const [first] = candidates
  if (allowed.length === 0) throw new FirstError('access_denied', (first && grant.denial?.({ cluster: first.cluster, model: first.model })) ?? `You may not use the model "${model}".`, { param: 'model' })
  return allowed
}
