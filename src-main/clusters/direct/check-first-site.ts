import { performance } from 'node:perf_hooks'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { operation as allOperations, operationPaths, type Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { ask, parseJson, type Server } from './ask'
import type { ServerCheck } from './check-server'
import type { FoundModel } from './model-entry'
import { headersFor } from './profiles'

/** `GET /list-endpoints` and the shapes of its refusals (wire/first.md). */
const endpointList = z.looseObject({
  clusters: z.record(z.string(), z.looseObject({ frameworks: z.record(z.string(), z.looseObject({ models: z.array(z.string()), endpoints: z.array(z.string()).optional().catch(undefined) })) })),
})
const refusal = z.union([z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string(), info: z.unknown().optional() }) }), z.looseObject({ detail: z.unknown() })])

/**
 * Whether a FIRST gateway answers, at a base URL with `/resource_server`; undefined where it is something else.
 * @throws FirstError `upstream_unreachable`; `upstream_unauthorized` where it refused the token
 */
export async function checkFirstSite(agent: Dispatcher, { baseUrl, key }: Server, signal: AbortSignal): Promise<ServerCheck | undefined> {
  const startedMs = performance.now()
  const { status, body } = await ask(agent, `${baseUrl}/list-endpoints`, { headers: headersFor('other', key), signal })
  const found = { url: baseUrl, latencyMs: performance.now() - startedMs, clusterKind: 'first' } as const
  const json = parseJson(body)
  // Old sites answer 400 where there is no token.
  if (status === 400 || status === 401 || status === 403) {
    if (!refusal.safeParse(json).success) return undefined
    if (key === undefined) return { ...found, models: [], found: [], isTokenNeeded: true }
    throw new FirstError('upstream_unauthorized', `${baseUrl} is a FIRST site, and refused the token (${status}).`, { action: 'Sign in again, or paste a fresh access token.' })
  }
  const parsed = status === 200 ? endpointList.safeParse(json) : undefined
  if (parsed?.success !== true) return undefined
  const models = modelsOf(parsed.data)
  return { ...found, models: models.map(({ id }) => id), found: models, clusters: Object.keys(parsed.data.clusters).sort() }
}

/** Each model once, with all that its clusters serve; whether one is live, the site tells elsewhere. */
function modelsOf({ clusters }: z.infer<typeof endpointList>): FoundModel[] {
  const byId = new Map<string, Set<Operation>>()
  for (const { frameworks } of Object.values(clusters))
    for (const { models, endpoints } of Object.values(frameworks))
      for (const id of models) {
        const operations = byId.get(id) ?? new Set()
        for (const operation of operationsOf(endpoints ?? [])) operations.add(operation)
        byId.set(id, operations)
      }
  return Array.from(byId, ([id, operations]): FoundModel => ({ id, status: 'unknown', ...(operations.size > 0 && { operations: allOperations.options.filter((operation) => operations.has(operation)) }) })).sort((left, right) => (left.id < right.id ? -1 : 1))
}

/** Sites name them with and without `/v1/`. */
function operationsOf(endpoints: readonly string[]): Operation[] {
  const paths = endpoints.map((endpoint) => `/${endpoint.replace(/^\/?(?:v1\/)?/, '').replace(/\/$/, '')}`)
  return allOperations.options.filter((operation) => paths.includes(operationPaths[operation]))
}
