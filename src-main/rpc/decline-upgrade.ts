import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

const offerHeaders: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings'])

/** Whether a request asks for a WebSocket, and not only offers another protocol, as Java's HttpClient offers HTTP/2. */
export const wantsWebSocket = ({ headers }: IncomingMessage): boolean => /(?:^|,)\s*websocket\s*(?:,|$)/i.test(headers.upgrade ?? '')

/**
 * Serves a request that offered another protocol as if it had not: such an offer may be ignored (RFC 9110, 7.8). Node has taken the
 * connection out of its parser by then, so the head of the request is given back to it without the offer.
 */
export function declineUpgrade(server: Server, { method, url, rawHeaders }: IncomingMessage, socket: Duplex, body: Buffer): void {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (!offerHeaders.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]))
  server.emit('connection', socket)
}
