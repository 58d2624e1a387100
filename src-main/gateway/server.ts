import Fastify, { type FastifyInstance } from 'fastify'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { Choice } from '../federation/choice'
import type { Directory } from '../federation/directory'
import type { WaitingRoom } from '../federation/waiting-room'
import type { KeyVerifier } from '../identity/key-verifier'
import type { TokenVerifier } from '../identity/token-verifier'
import type { Recorder } from '../records/recorder'
import { createCalls, type Calls } from './calls'
import { defaultClientTimeouts, setClientTimeouts, watchSilent, type ClientTimeouts } from './client-timeouts'
import { commonHeaders } from './common-headers'
import { createConnections } from './connections'
import { answerPreflight, isPreflight, setCorsHeaders } from './cors'
import { createDispatch } from './dispatch'
import { mountDocs } from './docs/mount-docs'
import { defaultTimeouts, type UpstreamTimeouts } from './forward'
import type { ReplicaControl } from './first/replicas'
import { createGateway, type Gateway } from './gateway'
import { createLimits } from './limits/limits'
import { mountRoutes, refuseUnknown } from './mount-routes'
import { createOriginGuard, type OriginGuard } from './origin-guard'
import { createRefusals, type Refusals } from './refusals'
import { createRequestIds } from './request-id'
import { createStraightServer } from './straight-way'
import type { ResponseStore } from './responses/response-store'
import { answerUnreadable } from './unreadable-request'
import type { Work } from './work'

export interface GatewayServerDeps {
  /** Of the app. */
  readonly version: string
  /** The configuration as it is now. */
  readonly config: () => Config
  readonly keys: KeyVerifier
  /** Absent: only keys open the gateway. */
  readonly tokens?: TokenVerifier
  readonly directory: Directory
  /** Replicas that are started from here. */
  readonly replicas: ReplicaControl
  readonly choice: Choice
  readonly waitingRoom: WaitingRoom
  readonly responses: ResponseStore
  /** Files and batches; asked for by a request, and not before. */
  readonly work: () => Work
  readonly metrics: { text(): Promise<string> }
  readonly recorder: Recorder
  readonly logger: Logger
  /** Origins of the window itself, for example `app://first-desktop`. */
  readonly windowOrigins: readonly string[]
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly newRequestId?: () => string
  readonly timeouts?: Partial<UpstreamTimeouts>
  readonly clientTimeouts?: Partial<ClientTimeouts>
}

export interface GatewayServer {
  readonly app: FastifyInstance
  /** The way in for requests that the app makes for somebody. */
  readonly perform: Gateway['perform']
  /** Who was refused lately. */
  readonly refusals: Pick<Refusals, 'list'>
}

/**
 * The gateway's HTTP server, not listening yet. What else the host serves on it (the window's files, `/rpc`) is registered after,
 * and is behind the same check of Host and Origin.
 */
export function createGatewayServer(deps: GatewayServerDeps): GatewayServer {
  const { config, directory, keys, recorder, logger, clock } = deps
  const timeouts = { ...defaultTimeouts, ...deps.timeouts }
  const clientTimeouts = { ...defaultClientTimeouts, ...deps.clientTimeouts }
  const connections = createConnections({ connectMs: timeouts.connectMs, clock })
  const dispatch = createDispatch({ directory, choice: deps.choice, waitingRoom: deps.waitingRoom, connections, timeouts, logger, clock })
  const refusals = createRefusals(clock)
  const gateway = createGateway({ config, keys, ...(deps.tokens !== undefined && { tokens: deps.tokens }), refusals, directory, replicas: deps.replicas, dispatch, work: deps.work, limits: createLimits({ config: () => config().limits, clock }), responses: deps.responses, metrics: deps.metrics, recorder, logger, clock })
  const calls = createCalls(clientTimeouts)

  const newRequestId = deps.newRequestId ?? createRequestIds()
  const guard = createOriginGuard({ gateway: () => config().gateway, windowOrigins: deps.windowOrigins })
  let isStopping = false

  const app = Fastify({
    logger: false,
    serverFactory: (listener) => createStraightServer({ gateway, calls, guard, newRequestId, isStopping: () => isStopping }, listener),
    genReqId: newRequestId,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error, request, reply) => void gateway.refuse(calls.takeOver(request, reply, '*'), new FirstError('invalid_request', 'The path of this request cannot be read.')),
  })
  setClientTimeouts(app.server, clientTimeouts)
  app.addHook('preClose', (done) => {
    isStopping = true
    done()
  })
  guardEveryRequest(app, guard, gateway, calls)
  app.addHook('onClose', () => connections.destroy())
  void app.register((scope, _options, done) => {
    mountRoutes(scope, { gateway, calls, directory, config })
    mountDocs(scope, { version: deps.version })
    done()
  })
  app.setNotFoundHandler((request, reply) => refuseUnknown(request, reply, gateway, calls))
  return { app, perform: (request) => gateway.perform(request), refusals }
}

/** First of all: who asks from where, for every path of the server; nothing new is begun once it stops. */
function guardEveryRequest(app: FastifyInstance, guard: OriginGuard, gateway: Gateway, calls: Calls): void {
  const stopping = new FirstError('shutting_down', 'FIRST Desktop is stopping.')
  const endSilent = watchSilent(app.server)
  let isStopping = false
  app.addHook('preClose', (done) => {
    isStopping = true
    calls.abortAll(stopping)
    // Node closes the connections that are idle when it stops; these become idle after, and would be kept for a minute.
    const sweep = setInterval(() => {
      app.server.closeIdleConnections()
      endSilent()
    }, 50)
    // A server that never listened does not close, and must not keep the process.
    sweep.unref()
    app.server.once('close', () => clearInterval(sweep))
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request
    const { host, origin } = raw.headers
    for (const [name, value] of Object.entries(commonHeaders(request.id))) reply.raw.setHeader(name, value)
    const refusal = guard({ host, origin }) ?? (isStopping ? stopping : undefined)
    if (refusal !== undefined) {
      raw.resume()
      void gateway.refuse(calls.takeOver(request, reply, '*'), refusal)
      return
    }
    if (origin !== undefined) setCorsHeaders(origin, reply.raw)
    if (!isPreflight(raw)) done()
    else {
      reply.hijack()
      answerPreflight(raw, reply.raw)
    }
  })
}
