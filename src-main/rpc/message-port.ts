import type { Wire } from './rpc-server'

/** What is needed of Electron's `MessagePortMain` (and of a `MessagePort` of Node). The host starts it. */
export interface MessagePortLike {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  close(): void
}

export function portWire(port: MessagePortLike): Wire {
  return {
    send: (text) => port.postMessage(text),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data)),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  }
}
