import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { ConnectionPool, type Connection } from './connection-pool'

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
  const connect = buildConnector({ timeout: connectMs })
  const pools = new Map<string, ConnectionPool>()
  // Without pipelining undici keeps no connection: each request has a new one.
  const fresh = new Agent({ connect, pipelining: 0 })
  let isDestroyed = false
  return {
    dispatch(request, handler) {
      if (isDestroyed) {
        fresh.dispatch(request, handler)
        return
      }
      const origin = String(request.origin)
      let pool = pools.get(origin)
      if (pool === undefined) pools.set(origin, (pool = new ConnectionPool(origin, connect)))
      const connection = pool.take()
      connection.client.dispatch(request, new ResendingHandler(pool, connection, handler, clock, () => fresh.dispatch(request, handler)))
    },
    async destroy() {
      isDestroyed = true
      await Promise.all([...Array.from(pools.values(), (pool) => pool.destroy()), fresh.destroy()])
    },
  }
}

/** How things stood when a request went out. */
interface Departure {
  readonly socket: Socket | undefined
  readonly isFirst: boolean
  readonly bytesRead: number
  readonly atMs: number
}

/** Hands everything on, but a failure that only says that the connection was already over. */
class ResendingHandler implements Dispatcher.DispatchHandler {
  readonly #pool: ConnectionPool
  readonly #connection: Connection
  readonly #handler: Dispatcher.DispatchHandler
  readonly #clock: () => number
  readonly #resend: () => void
  #departure: Departure | undefined

  constructor(pool: ConnectionPool, connection: Connection, handler: Dispatcher.DispatchHandler, clock: () => number, resend: () => void) {
    this.#pool = pool
    this.#connection = connection
    this.#handler = handler
    this.#clock = clock
    this.#resend = resend
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    const { socket, requests } = this.#connection
    this.#departure = { socket, isFirst: requests === 0, bytesRead: socket?.bytesRead ?? 0, atMs: this.#clock() }
    this.#connection.requests++
    this.#handler.onRequestStart?.(controller, context)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#handler.onResponseStart?.(controller, status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#pool.giveBack(this.#connection)
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#pool.giveBack(this.#connection)
    if (this.#wasClosedBefore(error)) this.#resend()
    else this.#handler.onResponseError?.(controller, error)
  }

  #wasClosedBefore(error: Error): boolean {
    const before = this.#departure
    if (before?.socket === undefined || before.isFirst || !('code' in error) || !closedCodes.has(error.code)) return false
    return before.socket.bytesRead === before.bytesRead && this.#clock() - before.atMs < sameMomentMs
  }
}
