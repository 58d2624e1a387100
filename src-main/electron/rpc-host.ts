import type { IpcMain, IpcMainEvent, MessagePortMain, WebContents } from 'electron'
import { connectMessage } from '@shared/rpc/desktop'
import { isWindowUrl } from './links'

export interface RpcHost {
  /** Serves the contract on the ports that wait, and on those to come. */
  start(upgrade: (port: MessagePortMain) => void): void
  /** Closes every port that the page of these contents holds. */
  closePorts(): void
}

/**
 * Takes ports from the main frame of one window, at the window's own address, and from nobody else. Ports that come
 * before the core is there wait for it.
 */
export function createRpcHost(ipc: IpcMain, contents: WebContents): RpcHost {
  const ports = new Set<MessagePortMain>()
  let upgrade: ((port: MessagePortMain) => void) | undefined

  const isOurs = ({ sender, senderFrame }: IpcMainEvent): boolean =>
    sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isWindowUrl(senderFrame.url)

  function closePorts(): void {
    for (const port of ports) port.close()
    ports.clear()
  }

  const accept = (event: IpcMainEvent): void => {
    const [port] = event.ports
    if (port !== undefined && isOurs(event)) {
      ports.add(port)
      port.on('close', () => ports.delete(port))
      if (upgrade !== undefined) serve(port, upgrade)
    } else port?.close()
  }

  ipc.on(connectMessage, accept)
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) closePorts()
  })
  contents.on('destroyed', () => ipc.off(connectMessage, accept))
  return {
    start(ready) {
      upgrade = ready
      for (const port of ports) serve(port, ready)
    },
    closePorts,
  }
}

/** A port keeps what arrives until it is started, so the listener comes first. */
function serve(port: MessagePortMain, upgrade: (port: MessagePortMain) => void): void {
  upgrade(port)
  port.start()
}
