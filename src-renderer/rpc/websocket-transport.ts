import { RPCLink } from '@orpc/client/websocket'
import { FirstError } from '@shared/errors'
import type { Transport } from './transport'

/** Headless: a WebSocket at `/rpc` of the page's own origin; the page's cookie lets it in. */
export function createWebSocketTransport(pageUrl: string, openSocket = (url: string) => new WebSocket(url)): Transport {
  const address = new URL('/rpc', pageUrl)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return {
    connect: () =>
      new Promise((connected, failed) => {
        const socket = openSocket(address.href)
        const closed = new Promise<void>((end) => socket.addEventListener('close', () => end(), { once: true }))
        closed.then(() => failed(new FirstError('core_unreachable', `No FIRST Desktop answers at ${address.host}.`))).catch(failed)
        socket.addEventListener('open', () => connected({ link: new RPCLink({ websocket: socket }), closed, close: () => socket.close() }), { once: true })
      }),
  }
}
