import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import { declineUpgrade, wantsWebSocket } from './decline-upgrade'
import { messageLimit, type RpcServer, type Wire } from './rpc-server'

export const rpcPath = '/rpc'

interface SocketDeps {
  readonly server: Server
  readonly rpc: RpcServer
  readonly logger: Logger
  /** Why a request may not open a socket; undefined lets it in. */
  readonly refusal: (request: IncomingMessage) => FirstError | undefined
}

/** A window that does not read is cut off; it connects again and gets the present state. */
const mostBufferedBytes = 64 * 1024 * 1024
const pingEveryMs = 30_000
/** For the other side to say goodbye. */
const closeWithinMs = 1_000

/** Serves the contract on WebSockets at `/rpc` of the gateway's server. */
export function attachWebSocket({ server, rpc, logger, refusal }: SocketDeps): void {
  let sockets: Promise<WebSocketServer> | undefined
  server.on('upgrade', (request, socket, head) => {
    if (!wantsWebSocket(request)) {
      declineUpgrade(server, request, socket, head)
      return
    }
    socket.on('error', (cause) => logger.debug({ cause }, 'a socket broke'))
    const [path] = (request.url ?? '').split('?')
    const error = path === rpcPath ? refusal(request) : new FirstError('not_found', 'No socket is served there.')
    if (error !== undefined) {
      refuse(socket, error)
      return
    }
    // Loaded at the first socket: the desktop, which has none, starts without it.
    sockets ??= openSockets()
    sockets.then(
      (open) => open.handleUpgrade(request, socket, head, (webSocket) => rpc.serve(socketWire(webSocket))),
      (cause: unknown) => {
        logger.error({ cause }, 'sockets cannot be served')
        socket.destroy()
      },
    )
  })
}

async function openSockets(): Promise<WebSocketServer> {
  const ws = await import('ws')
  return new ws.WebSocketServer({ noServer: true, clientTracking: false, maxPayload: messageLimit, perMessageDeflate: false })
}

function refuse(socket: Duplex, { kind, message }: FirstError): void {
  // Destroyed, not only ended: a caller that keeps its own half open would keep the server from ever closing.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${kind.status} Refused\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`)
}

function socketWire(socket: WebSocket): Wire {
  let isAlive = true
  const ping = setInterval(() => {
    if (isAlive) socket.ping()
    else socket.terminate()
    isAlive = false
  }, pingEveryMs)
  socket.on('pong', () => (isAlive = true))
  socket.on('close', () => clearInterval(ping))
  // What is wrong with a connection also closes it.
  socket.on('error', () => socket.terminate())
  return {
    send(text) {
      if (socket.bufferedAmount > mostBufferedBytes) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.send(text)
    },
    onMessage: (listener) => void socket.on('message', (data, isBinary) => listener(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString('utf8'))),
    onClose: (listener) => void socket.on('close', listener),
    close() {
      socket.close(1001)
      setTimeout(() => socket.terminate(), closeWithinMs).unref()
    },
  }
}
