import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { FirstError } from '@shared/errors'

/** Milliseconds that a caller may take. */
export interface ClientTimeouts {
  /** For the headers of a request. */
  readonly headersMs: number
  /** For a request as a whole, a large file too; `read-body.ts` and `read-upload.ts` give up on a body that hardly comes long before. */
  readonly requestMs: number
  /** For the rest of a request that is answered already. */
  readonly leftoverMs: number
  /** Between two requests of a connection. */
  readonly idleMs: number
  /** Without taking a byte of an answer that waits for it. */
  readonly stallMs: number
}

/** Twelve hours are 1 GB over a link of 200 kbit/s. */
export const defaultClientTimeouts: ClientTimeouts = { headersMs: 60_000, requestMs: 12 * 60 * 60_000, leftoverMs: 60_000, idleMs: 72_000, stallMs: 5 * 60_000 }

/** What Node itself watches over, every half a minute. */
export function setClientTimeouts(server: Server, { headersMs, requestMs, idleMs }: ClientTimeouts): void {
  server.headersTimeout = headersMs
  server.requestTimeout = requestMs
  server.keepAliveTimeout = idleMs
}

/**
 * Watches for connections on which nothing was asked yet, as browsers open them ahead of time: Node takes them for busy, and a server
 * that closes would wait for them until `headersMs` is over.
 * @returns what ends those that are open.
 */
export function watchSilent(server: Server): () => void {
  const silent = new Set<Socket>()
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => void silent.delete(socket))
  return () => {
    for (const socket of silent) socket.destroy()
  }
}

/**
 * Ends the connection of a caller that has stopped reading, so that the request to the cluster ends too. Node starts the time again with
 * every byte that the caller takes; an answer that is silent because the model is, is left alone.
 */
export function cutWhenStalled(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    const { socket } = response
    if (socket === null) return
    if (socket.writableLength === 0) socket.setTimeout(stallMs)
    else response.destroy(new FirstError('request_timeout', `The caller took nothing of its answer for ${Math.round(stallMs / 1_000)} seconds.`))
  })
}

/** Ends the connection of a caller that goes on sending for long what was refused; so long it may, in order to come to the answer. */
export function cutLeftover(request: IncomingMessage, leftoverMs: number): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.socket.destroy(), leftoverMs).unref()
  request.once('close', () => clearTimeout(timer))
}
