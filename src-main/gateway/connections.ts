import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { Agent, Client, Pool, type buildConnector, type Dispatcher } from 'undici'

export interface ConnectionsDeps {
  /** Milliseconds for a server to take a connection. */
  readonly connectMs: number
  /** Milliseconds; never runs backwards. */
  readonly clock: () => number
}

/** A server that closes a kept connection tells so within a round trip; one that breaks later may have worked on the request. */
const sameMomentMs = 2_000
const closedCodes: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

export interface Connections {
  /** As `dispatch` of undici's dispatchers. */
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  /** Ends every connection, and the requests on it. */
  destroy(): Promise<void>
}

/**
 * Kept connections to servers. A server may close one at the moment a request goes out on it; such a request is sent again, once and
 * over a connection of its own, when not a byte of an answer has come (RFC 9112, 9.3.1).
 */
export function createConnections({ connectMs, clock }: ConnectionsDeps): Connections {
  const connect = { timeout: connectMs }
    const kept = new Agent({ connect, factory: (origin, options: Pool.Options) => new Pool(origin, { ...options, factory: (target, watched) => new WatchedClient(target, watched) }) })
  // Without pipelining undici keeps no connection: each request has a new one.
  const fresh = new Agent({ connect, pipelining: 0 })
  return {
    dispatch(request, handler) {
      const watched: WatchedRequest = { ...request, connection: undefined }
      kept.dispatch(watched, new ResendingHandler(watched, handler, clock, () => fresh.dispatch(request, handler)))
    },
    async destroy() {
      await Promise.all([kept.destroy(), fresh.destroy()])
    },
  }
}

/** The connection that a client has now. */
interface Connection {
  socket: Socket | undefined
  /** Sent on it so far. */
  requests: number
}

interface WatchedRequest extends Dispatcher.DispatchOptions {
  /** Set by the client that takes the request. */
  connection: Connection | undefined
}

class WatchedClient extends Client {
  readonly #connection: Connection

  constructor(origin: string | URL, options: { readonly connect?: unknown }) {
    const connection: Connection = { socket: undefined, requests: 0 }
    super(origin, { ...options, connect: watchSocket(options.connect as buildConnector.connector, connection) })
    this.#connection = connection
  }

  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ('connection' in request) request.connection = this.#connection
    return super.dispatch(request, handler)
  }
}

const watchSocket = (connect: buildConnector.connector, connection: Connection): buildConnector.connector => (target, done) =>
  connect(target, (...[error, socket]) => {
    if (error !== null) done(error, null)
    else {
      connection.socket = socket
      connection.requests = 0
      done(null, socket)
    }
  })

/** How things stood when a request went out. */
interface Departure {
  readonly socket: Socket | undefined
  readonly isFirst: boolean
  readonly bytesRead: number
  readonly atMs: number
}

/** Hands everything on, but a failure that only says that the connection was already over. */
class ResendingHandler implements Dispatcher.DispatchHandler {
  readonly #request: WatchedRequest
  readonly #handler: Dispatcher.DispatchHandler
  readonly #clock: () => number
  readonly #resend: () => void
  #departure: Departure | undefined

  constructor(request: WatchedRequest, handler: Dispatcher.DispatchHandler, clock: () => number, resend: () => void) {
    this.#request = request
    this.#handler = handler
    this.#clock = clock
    this.#resend = resend
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    const { connection } = this.#request
    if (connection !== undefined) {
      const { socket, requests } = connection
      this.#departure = { socket, isFirst: requests === 0, bytesRead: socket?.bytesRead ?? 0, atMs: this.#clock() }
      connection.requests++
    }
    this.#handler.onRequestStart?.(controller, context)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#handler.onResponseStart?.(controller, status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#wasClosedBefore(error)) this.#resend()
    else this.#handler.onResponseError?.(controller, error)
  }

  #wasClosedBefore(error: Error): boolean {
    const before = this.#departure
    if (before?.socket === undefined || before.isFirst || !('code' in error) || !closedCodes.has(error.code)) return false
    return before.socket.bytesRead === before.bytesRead && this.#clock() - before.atMs < sameMomentMs
  }
}
