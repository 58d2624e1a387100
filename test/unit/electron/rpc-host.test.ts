import { EventEmitter } from 'node:events'
import type { IpcMain, MessagePortMain, WebContents } from 'electron'
import { beforeEach, describe, expect, it } from 'vitest'
import { createRpcHost, type RpcHost } from '@main/electron/rpc-host'
import { connectMessage } from '@shared/rpc/desktop'

class Port extends EventEmitter {
  state = 'new'
  start = (): void => void (this.state = 'started')
  close = (): void => void (this.state = 'closed')
}

const pageFrame = { url: 'app://first-desktop/#/chat' }
let ipc: EventEmitter
let contents: EventEmitter & { mainFrame: { url: string } }
let host: RpcHost
let served: MessagePortMain[]

/** A page asks; returns the port it hands over. */
function ask(from: { sender?: unknown; senderFrame?: unknown } = {}): Port {
  const port = new Port()
  ipc.emit(connectMessage, { sender: contents, senderFrame: pageFrame, ports: [port], ...from })
  return port
}

beforeEach(() => {
  ipc = new EventEmitter()
  contents = Object.assign(new EventEmitter(), { mainFrame: pageFrame })
  host = createRpcHost(ipc as unknown as IpcMain, contents as unknown as WebContents)
  served = []
})

describe('the hand-over of ports', () => {
  it('serves a port of the window, and starts it when it is listened to', () => {
    host.start((port) => served.push(port))
    expect(ask().state).toBe('started')
    expect(served).toHaveLength(1)
  })

  it('keeps a port that comes before the core is there', () => {
    const early = ask()
    expect(early.state).toBe('new')
    host.start((port) => served.push(port))
    expect(served).toEqual([early])
    expect(early.state).toBe('started')
  })

  it.each([
    ['another window', { sender: new EventEmitter() }],
    ['a frame inside the page', { senderFrame: { url: 'app://first-desktop/' } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('refuses %s', (_who, from) => {
    host.start((port) => served.push(port))
    expect(ask(from).state).toBe('closed')
    expect(served).toEqual([])
  })

  it('refuses the window while it shows a page that is not ours', () => {
    const stranger = { url: 'https://example.org/' }
    contents.mainFrame = stranger
    host.start((port) => served.push(port))
    expect(ask({ senderFrame: stranger }).state).toBe('closed')
  })

  it('closes the ports of a page that is left, and not for a step within it', () => {
    host.start((port) => served.push(port))
    const port = ask()
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    expect(port.state).toBe('started')
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    expect(port.state).toBe('closed')
  })
})
