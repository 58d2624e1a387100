import { ipcRenderer } from 'electron'
import { connectMessage, portMessage } from '@shared/rpc/desktop'

/** What this script needs of the page; the compiler knows no DOM here. */
interface PageWindow {
  readonly location: { readonly origin: string }
  addEventListener(type: 'message', listener: (message: { readonly source: unknown; readonly data: unknown }) => void): void
  postMessage(message: string, origin: string, transfer: readonly object[]): void
}

declare const window: PageWindow

// The one thing a page can ask of this script: a port. A frame inside the page is another source, and gets none.
window.addEventListener('message', ({ source, data }) => {
  if (source !== window || data !== connectMessage) return
  const { port1, port2 } = new MessageChannel()
  ipcRenderer.postMessage(connectMessage, null, [port1])
  window.postMessage(portMessage, window.location.origin, [port2])
})
