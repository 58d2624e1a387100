import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { implement } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket as NodeSocket, WebSocketServer } from 'ws'
import { contract, type CoreEvent } from '@shared/rpc/contract'
import { backoffMs } from '@renderer/rpc/backoff'
import { type CoreConnection, createCoreConnection } from '@renderer/rpc/connection'
import type { CoreState } from '@renderer/rpc/core-state'
import { createPortTransport } from '@renderer/rpc/port-transport'
import type { Transport } from '@renderer/rpc/transport'
import { createWebSocketTransport } from '@renderer/rpc/websocket-transport'
import { createTestClock, type TestClock } from '../db/support'

const lowDisk: CoreEvent = { kind: 'disk', freeBytes: 5, isLow: true }

/** A core as far as these tests ask it: sessions numbered by how many were opened, and one event for each watcher. */
function createCore() {
  const at = implement(contract)
  let sessions = 0
  return at.router({
    ...at,
    session: {
      open: at.session.open.handler(() => {
        sessions += 1
        return { host: 'headless', version: '0', platform: 'test', key: `key-${sessions}`, publicUrl: 'http://x', dataDir: '/' }
      }),
    },
    events: {
      watch: at.events.watch.handler(async function* ({ signal }) {
        yield lowDisk
        if (signal) await once(signal, 'abort')
      }),
    },
    backups: { ...at.backups, list: at.backups.list.handler(() => []) },
  } as never)
}

function stateBecomes(core: CoreConnection, claim: (state: CoreState) => boolean): Promise<CoreState> {
  return new Promise((shown) => {
    const stop = core.state.subscribe((state) => {
      if (!claim(state)) return
      stop()
      shown(state)
    })
    // It may look so already.
    core.state.setState({})
  })
}

function connect(transport: Transport, clock: TestClock = createTestClock()): CoreConnection {
  const core = createCoreConnection({ transport, clock, random: () => 0.5 })
  onTestFinished(() => core.close())
  return core
}

async function waitForTimers(clock: TestClock, count: number): Promise<void> {
  while (clock.timers < count) await new Promise((next) => setImmediate(next))
}

async function startSocketCore(port = 0) {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http, path: '/rpc' })
  const handler = new SocketHandler(createCore())
  sockets.on('connection', (socket) => void handler.upgrade(socket))
  http.listen(port, '127.0.0.1')
  await once(http, 'listening')
  const { port: bound } = http.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    http.close()
    await once(http, 'close')
  }
  return { port: bound, url: `http://127.0.0.1:${bound}/chat?x=1`, close }
}

function openSocket(url: string): WebSocket {
  const socket = new NodeSocket(url)
  // A browser only tells of an error; here one that nobody hears of ends the process.
  socket.on('error', () => undefined)
  return socket as unknown as WebSocket
}

describe('the way to the core by WebSocket', () => {
  it('opens a session and follows the events', async () => {
    const server = await startSocketCore()
    onTestFinished(server.close)
    const core = connect(createWebSocketTransport(server.url, openSocket))
    expect(core.state.getState().connection).toBe('connecting')
    const state = await stateBecomes(core, ({ disk }) => disk !== undefined)
    expect(state).toMatchObject({ connection: 'open', session: { key: 'key-1' }, disk: { freeBytes: 5, isLow: true } })
    expect(await core.client.backups.list()).toEqual([])
    expect(await core.session()).toMatchObject({ key: 'key-1' })
    expect(await core.refreshSession()).toMatchObject({ key: 'key-2' })
  })

  it('connects again when the core was started again, with the new session and its events', async () => {
    const clock = createTestClock()
    const first = await startSocketCore()
    const core = connect(createWebSocketTransport(first.url, openSocket), clock)
    await stateBecomes(core, ({ disk }) => disk !== undefined)
    await first.close()
    await stateBecomes(core, ({ connection }) => connection === 'lost')
    const second = await startSocketCore(first.port)
    onTestFinished(second.close)
    core.state.setState({ disk: { freeBytes: 1, isLow: false } })
    await waitForTimers(clock, 1)
    clock.advance(10_000)
    await stateBecomes(core, ({ connection, disk }) => connection === 'open' && disk?.freeBytes === 5)
  })

  it('says that it is lost when nobody answers, and a call says so after a while', async () => {
    const clock = createTestClock()
    const server = await startSocketCore()
    await server.close()
    const core = connect(createWebSocketTransport(server.url, openSocket), clock)
    await stateBecomes(core, ({ connection }) => connection === 'lost')
    const call = expect(core.client.backups.list()).rejects.toMatchObject({ code: 'core_unreachable' })
    await waitForTimers(clock, 2)
    clock.advance(15_000)
    await call
  })

  it('lets a caller leave while it waits', async () => {
    const core = connect({ connect: () => new Promise(() => undefined) })
    const controller = new AbortController()
    const call = expect(core.session(controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    controller.abort()
    await call
  })
})

describe('the way to the core by a port', () => {
  it('takes the port that the preload hands over, and no other message', async () => {
    const page = new EventTarget()
    const handler = new PortHandler(createCore())
    const post = (data: unknown, source: unknown, ports: readonly MessagePort[] = []): void => {
      page.dispatchEvent(Object.assign(new Event('message'), { data, source, ports }))
    }
    const own = Object.assign(page, {
      location: { origin: 'app://first-desktop' },
      setTimeout: () => 0,
      clearTimeout: () => undefined,
      postMessage(message: unknown) {
        expect(message).toBe('first-desktop:connect')
        const { port1, port2 } = new MessageChannel()
        onTestFinished(() => port1.close())
        handler.upgrade(port1)
        port1.start()
        const stranger = new MessageChannel()
        post('first-desktop:port', {}, [stranger.port1])
        post('first-desktop:port', own, [port2])
        stranger.port1.close()
      },
    })
    const core = connect(createPortTransport(own as unknown as Window))
    expect(await stateBecomes(core, ({ disk }) => disk !== undefined)).toMatchObject({ connection: 'open', session: { key: 'key-1' } })
  })
})

describe('the wait before another attempt', () => {
  it('doubles up to ten seconds, and a part of it is chance', () => {
    expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 1))).toEqual([250, 500, 1000, 10_000])
    expect(backoffMs(3, () => 0)).toBe(500)
  })
})
