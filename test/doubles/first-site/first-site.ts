import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { embeddings } from '../openai-server/embeddings'
import type { Plan } from '../scripted/behaviour'
import { createLog, createScript, json, listenOnLoopback, type SeenRequest } from '../scripted/http-double'
import { perform } from '../scripted/perform'
import { BatchRefusal, type SiteBatches } from './batches'
import { faultsOf, isEndpoint, requestSchemas, type Endpoint, type Fault } from './request-schemas'
import { allEndpoints, jobsBody, listBody, modelsBody, usualBehaviour, type DoubleCluster, type SiteBehaviour } from './site-state'
import { wires } from './wires'

export interface FirstSiteOptions {
  readonly clusters: readonly DoubleCluster[]
  /** Tokens that are taken; default `globus-token`. */
  readonly tokens?: readonly string[]
  readonly port?: number
  /** Absent: it does no batches. */
  readonly batches?: SiteBatches
}

export interface FirstSite {
  /** `http://127.0.0.1:<port>/resource_server` */
  readonly url: string
  readonly port: number
  /** Inference requests, in the order they came. */
  readonly requests: readonly SeenRequest[]
  /** Times that each GET was asked, by its path below `/resource_server`. */
  asked(path: string): number
  /** Changes how the site behaves from now on. */
  set(change: Partial<SiteBehaviour>): void
  setTokens(tokens: readonly string[]): void
  /** What requests that the site takes meet from now on. */
  behave(plan: Plan): void
  /** What the next of them meets; more calls queue up. */
  behaveOnce(plan: Plan): void
  /** Resolves when so many inference requests have come in all. */
  seen(count: number): Promise<SeenRequest>
  close(): Promise<void>
}

const root = '/resource_server'

/** An answer that ends the request: status and body. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly info: object = {},
  ) {
    super(message)
  }
}

class Faults extends Error {
  constructor(readonly detail: readonly Fault[]) {
    super('the body is not as the schema has it')
  }
}

/** A strict FIRST gateway on loopback, as wire/first.md has it. */
export async function startFirstSite({ clusters, tokens = ['globus-token'], port = 0, batches }: FirstSiteOptions): Promise<FirstSite> {
  let behaviour = usualBehaviour
  let taken = tokens
  const script = createScript()
  const log = createLog()
  const asked = new Map<string, number>()

  const refuse = (response: ServerResponse, { status, code, message, info }: Refusal): void => json(response, status, behaviour.isOld ? { detail: message } : { error: { code, message, info } })

  const authenticate = ({ headers }: SeenRequest): void => {
    const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
    if (token === undefined) throw new Refusal(behaviour.isOld ? 400 : 401, 'unauthorized', "Missing ('Authorization': 'Bearer <your-access-token>') in request headers.")
    if (!taken.includes(token)) throw new Refusal(401, 'unauthorized', 'Access token expired or revoked.')
  }

  const clusterOf = (name: string): DoubleCluster => {
    const cluster = clusters.find((one) => one.name === name)
    if (cluster === undefined) throw new Refusal(404, 'cluster_not_found', `The requested cluster '${name}' does not exist.`)
    return cluster
  }

  const guardRoute = (name: 'jobs' | 'models' | 'status'): void => {
    const state = behaviour.routes[name]
    if (state === 'absent') throw new Refusal(404, 'not_found', 'Not Found')
    if (state === 'refused') throw new Refusal(403, 'access_denied', `You may not see ${name}.`)
    if (state === 'broken') throw new Refusal(500, 'failed_to_get_cluster_jobs', 'The cluster did not answer.')
  }

  const get = async (path: string, query: URLSearchParams, request: SeenRequest): Promise<object> => {
    asked.set(path, (asked.get(path) ?? 0) + 1)
    if (path === '/health') return { status: 'ok' }
    if (path === '/status') {
      await behaviour.holdUntil.status
      guardRoute('status')
      return Object.fromEntries(clusters.map(({ name }) => [name, !behaviour.maintenance.includes(name)]))
    }
    authenticate(request)
    if (path === '/whoami') return { id: 'b1d2', name: 'Ada', username: 'ada@anl.gov', user_group_uuids: [], idp_id: 'idp-1', idp_name: 'Argonne LCF', auth_service: 'globus' }
    if (path === '/list-endpoints') {
      await behaviour.holdUntil['list-endpoints']
      return listBody(clusters, behaviour)
    }
    const [, name = '', route] = /^\/([^/]+)\/(jobs|models)$/.exec(path) ?? []
    if (route !== 'jobs' && route !== 'models') throw new Refusal(404, 'not_found', 'Not Found')
    const cluster = clusterOf(decodeURIComponent(name))
    await behaviour.holdUntil[route]
    guardRoute(route)
    if (route === 'jobs') return jobsBody(cluster, behaviour)
    const wanted = query.get('model_id')
    const found = modelsBody(cluster, behaviour).filter(({ id }) => wanted === null || id === wanted)
    if (wanted !== null && found.length === 0) throw new Refusal(404, 'endpoint_not_found', `The requested model '${wanted}' does not exist.`)
    return found
  }

  /** In FIRST's own order: the body's schema, the cluster, its maintenance, framework and endpoint, the model, access, limits, readiness. */
  const infer = async (path: string, body: string, response: ServerResponse): Promise<void> => {
    const [, name = '', framework = '', endpoint = ''] = /^\/([^/]+)\/([^/]+)\/v1\/(.+?)\/?$/.exec(path) ?? []
    if (!isEndpoint(endpoint)) throw new Refusal(404, 'not_found', 'Not Found')
    const parsed = requestSchemas[endpoint].safeParse(JSON.parse(body), { reportInput: true })
    if (!parsed.success) throw new Faults(faultsOf(parsed.error))
    const { model } = parsed.data
    const isStreamed = 'stream' in parsed.data && parsed.data.stream === true
    if (isStreamed && (endpoint === 'responses' || endpoint === 'messages')) throw new Refusal(400, 'unsupported_endpoint', `Streaming is not supported for ${endpoint} on this gateway.`)
    const cluster = clusterOf(decodeURIComponent(name))
    if (behaviour.maintenance.includes(name)) throw new Refusal(503, 'cluster_under_maintenance', `${name} is under maintenance.`)
    const models = cluster.frameworks[framework]
    if (models === undefined) throw new Refusal(400, 'unsupported_framework', `framework ${framework} not available on cluster ${name}.`)
    if (!(cluster.endpoints ?? allEndpoints).includes(endpoint)) throw new Refusal(400, 'unsupported_endpoint', `'${endpoint}' not available on cluster '${name}'`)
    if (!models.includes(model)) throw new Refusal(404, 'endpoint_not_found', `The requested endpoint '${name}-${framework}-${model}' does not exist.`)
    if (behaviour.denied.includes(model)) throw new Refusal(403, 'access_denied', `Permission denied to ${model}.`)
    if (behaviour.limit !== undefined) throw new Refusal(429, 'too_many_requests', 'Tokens/minute limit exceeded', behaviour.limit)
    if ((behaviour.statuses[`${name} ${model}`] ?? 'live') !== 'live') throw new Refusal(503, 'internal_endpoint_error', `Endpoint ${model} online but not ready to receive tasks. Please try again later.`)
    await answer(endpoint, parsed.data, isStreamed, response)
  }

  const answer = async (endpoint: Endpoint, body: RequestBody, isStreamed: boolean, response: ServerResponse): Promise<void> => {
    const plan = script.next(body)
    const embedded = embeddingsBody.safeParse(body)
    const includesUsage = 'stream_options' in body && JSON.stringify(body.stream_options).includes('true')
    if (endpoint === 'embeddings' && embedded.success && plan.kind === 'answer') json(response, 200, embeddings(embedded.data))
    else await perform(plan, { model: body.model, text: lastWords(body), isStreamed, includesUsage }, response, endpoint === 'embeddings' ? wires['chat/completions'] : wires[endpoint])
  }

  const handle = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.path, 'http://double')
    try {
      if (!pathname.startsWith(`${root}/`)) throw new Refusal(404, 'not_found', 'Not Found')
      const path = pathname.slice(root.length)
      if (batches !== undefined && /\/v1\/batches\b|^\/data\/staging$/.test(path)) {
        authenticate(request)
        const said = await batches.handle(request.method, path, request.body)
        if (said === undefined) throw new Refusal(404, 'not_found', 'Not Found')
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
      } else if (request.method === 'GET') json(response, 200, await get(path, searchParams, request))
      else if (request.method === 'POST') {
        log.add(request)
        authenticate(request)
        await infer(path, request.body, response)
      } else throw new Refusal(405, 'method_not_allowed', 'Method not allowed')
    } catch (cause) {
      if (cause instanceof Faults) json(response, 422, { detail: cause.detail })
      else if (cause instanceof Refusal) refuse(response, cause)
      else if (cause instanceof BatchRefusal) refuse(response, new Refusal(cause.status, cause.code, cause.message))
      else throw cause
    }
  }

  const server = await listenOnLoopback(handle, port)
  return {
    url: `http://127.0.0.1:${server.port}${root}`,
    port: server.port,
    requests: log.requests,
    asked: (path) => asked.get(path) ?? 0,
    set: (change) => void (behaviour = { ...behaviour, ...change }),
    setTokens: (next) => void (taken = next),
    behave: (plan) => script.behave(plan),
    behaveOnce: (plan) => script.behaveOnce(plan),
    seen: (count) => log.seen(count),
    close: () => server.close(),
  }
}

type RequestBody = z.infer<(typeof requestSchemas)[Endpoint]> & Readonly<Record<string, unknown>>

/** What the embeddings of doubles take: text. */
const embeddingsBody = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) })

/** What the caller said last, in whichever field its protocol has it. */
function lastWords(body: object): string {
  const said: unknown = 'messages' in body && Array.isArray(body.messages) ? body.messages.at(-1) : 'input' in body ? body.input : 'prompt' in body ? body.prompt : ''
  const content: unknown = typeof said === 'object' && said !== null && 'content' in said ? said.content : said
  return typeof content === 'string' ? content : JSON.stringify(content)
}
