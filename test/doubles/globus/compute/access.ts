import { bearerToken } from '../auth/bearer'
import { computeScope, computeServer } from '../auth/own-scopes'
import { meetsPolicy } from '../auth/policies'
import type { AccessToken } from '../auth/tokens'
import type { Call } from '../http/call'
import type { ComputeEndpoint } from './endpoints'
import { computeError, policyRefusal } from './errors'
import type { RegisteredFunction } from './functions'
import type { ComputeState } from './state'

const needs = {
  resourceServer: computeServer,
  scopes: [computeScope],
  unauthorized: () => computeError(401, 'UNAUTHORIZED', 'Credentials are missing, expired or not valid.'),
  forbidden: () => computeError(403, 'FORBIDDEN', 'The token lacks the scope of Globus Compute.'),
}

export const computeToken = (call: Call, compute: ComputeState): AccessToken => bearerToken(call, needs, compute.auth)

export const callerOf = ({ person }: AccessToken): string => person.identities[0].id

/** The endpoint, if it is there and the caller may use it; a policy that is not met is a GARE. */
export function usableEndpoint(id: string, token: AccessToken, { endpoints, auth, clock }: ComputeState): ComputeEndpoint {
  const endpoint = endpoints.find(id)
  if (endpoint === undefined) throw computeError(404, 'ENDPOINT_NOT_FOUND', `Endpoint ${id} could not be resolved.`)
  const { person, session } = token
  if (!mayUse(endpoint, token)) throw computeError(403, 'ENDPOINT_ACCESS_FORBIDDEN', `You are not permitted to use endpoint ${id}.`)
  const unmet = (endpoint.policies ?? []).filter((policyId) => {
    const policy = auth.policy(policyId)
    return policy === undefined || !meetsPolicy(policy, person, session, clock.nowS())
  })
  if (unmet.length > 0) throw policyRefusal(unmet, `To use endpoint ${endpoint.name}, sign in again as its policy requires.`)
  return endpoint
}

export function mayUse({ usernames, owner }: ComputeEndpoint, { person }: AccessToken): boolean {
  return usernames === undefined || person.identities.some(({ id, username }) => id === owner || usernames.includes(username))
}

export function usableFunction(id: string, endpoint: ComputeEndpoint, token: AccessToken, { functions }: ComputeState): RegisteredFunction {
  const found = functions.get(id)
  if (found === undefined) throw computeError(404, 'FUNCTION_NOT_FOUND', `Function ${id} could not be resolved.`)
  if (!found.isPublic && found.owner !== callerOf(token)) throw computeError(403, 'FUNCTION_ACCESS_FORBIDDEN', `You are not permitted to use function ${id}.`)
  if (endpoint.functions?.includes(id) === false) throw computeError(403, 'FUNCTION_NOT_PERMITTED', `Function ${id} is not permitted on endpoint ${endpoint.id}.`)
  return found
}
