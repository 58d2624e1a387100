import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createConnections, type Connections } from '@main/gateway/connections'

const answer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok'

/** What the server does with the n-th request of all; `connection` counts from 1. */
type Plan = (socket: Socket, place: { readonly request: number; readonly connection: number }) => void

/** A connection is free again some turns of the event loop after its answer. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a kept connection', () => {
  let server: Server
  let connections: Connections
  let requests: { readonly connection: number; readonly body: string }[]
  let now: number

  const start = async (plan: Plan): Promise<string> => {
    requests = []
    now = 0
    let opened = 0
    server = createServer((socket) => {
      const connection = ++opened
      socket.on('error', () => undefined)
      socket.on('data', (data) => {
        requests.push({ connection, body: data.toString('latin1').split('\r\n\r\n')[1] ?? '' })
        plan(socket, { request: requests.length, connection })
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    connections = createConnections({ connectMs: 1000, clock: () => now })
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`
  }
  afterEach(async () => {
    await connections.destroy()
    server.close()
    await once(server, 'close')
  })

  const post = (origin: string, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answered = ''
      connections.dispatch(
        { origin, path: '/', method: 'POST', body },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (_controller, chunk) => void (answered += chunk.toString()),
          onResponseEnd: () => void turns(5).then(() => resolve(answered)),
          onResponseError: (_controller, error) => reject(error),
        },
      )
    })

  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.destroy()],
    ['resets', (socket) => socket.resetAndDestroy()],
  ])('that the server %s under a request costs the caller nothing', async (_how, end) => {
    const origin = await start((socket, { request }) => (request === 2 ? end(socket) : socket.write(answer)))
    expect(await post(origin, 'one')).toBe('ok')
    expect(await post(origin, 'two')).toBe('ok')
    expect(requests).toEqual([{ connection: 1, body: 'one' }, { connection: 1, body: 'two' }, { connection: 2, body: 'two' }])
  })

  it('is replaced once, not again and again', async () => {
    const origin = await start((socket, { request }) => (request === 1 ? socket.write(answer) : socket.destroy()))
    await post(origin, 'one')
    await expect(post(origin, 'two')).rejects.toThrow()
    expect(requests).toHaveLength(3)
  })

  it('that was new is not replaced: the server saw the request', async () => {
    const origin = await start((socket) => socket.destroy())
    await expect(post(origin, 'one')).rejects.toThrow()
    expect(requests).toHaveLength(1)
  })

  it('that brought a byte of the answer is not replaced', async () => {
    const origin = await start((socket, { request }) => {
      if (request === 1) socket.write(answer)
      else socket.write('HTTP/1.1 2', () => socket.destroy())
    })
    await post(origin, 'one')
    await expect(post(origin, 'two')).rejects.toThrow()
    expect(requests).toHaveLength(2)
  })

  it('that breaks long after is not replaced: the server may have worked on the request', async () => {
    const origin = await start((socket, { request }) => {
      if (request === 1) socket.write(answer)
      else {
        now += 60_000
        socket.destroy()
      }
    })
    await post(origin, 'one')
    await expect(post(origin, 'two')).rejects.toThrow()
    expect(requests).toHaveLength(2)
  })
})
