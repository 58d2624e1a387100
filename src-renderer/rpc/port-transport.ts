import { RPCLink } from '@orpc/client/message-port'
import { FirstError } from '@shared/errors'
import { connectMessage, portMessage } from '@shared/rpc/desktop'
import type { Transport } from './transport'

const patienceMs = 5_000

/** Electron: the preload hands the page a port on which the core answers, also before the core is up. */
export function createPortTransport(page: Window): Transport {
  return {
    connect: () =>
      new Promise((connected, failed) => {
        const stop = (): void => {
          page.removeEventListener('message', receive)
          page.clearTimeout(timer)
        }
        const receive = (event: MessageEvent<unknown>): void => {
          const port = event.ports[0]
          if (event.source !== page || event.data !== portMessage || !port) return
          stop()
          const closed = new Promise<void>((end) => port.addEventListener('close', () => end(), { once: true }))
          const link = new RPCLink({ port })
          port.start()
          connected({ link, closed, close: () => port.close() })
        }
        const timer = page.setTimeout(() => {
          stop()
          failed(new FirstError('core_unreachable', 'The window got no way to the core of FIRST Desktop.'))
        }, patienceMs)
        page.addEventListener('message', receive)
        page.postMessage(connectMessage, page.location.origin)
      }),
  }
}
