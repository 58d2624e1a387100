import { RPCLink } from '@orpc/client/message-port'
import { FirstError } from '@shared/errors'
import type { Transport } from './transport'

/** Said to the preload to ask for a port, and by it when it hands one over (src-main/electron/preload.ts). */
export const portRequest = 'first-desktop:connect'
export const portAnswer = 'first-desktop:port'

const patienceMs = 5_000

/** Electron: the preload asks the main process for a MessagePort and hands it to the page. */
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
          if (event.source !== page || event.data !== portAnswer || !port) return
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
        page.postMessage(portRequest, page.location.origin === 'null' ? '*' : page.location.origin)
      }),
  }
}
