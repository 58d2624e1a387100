import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildConnector } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectionPool, type Connection } from '@main/gateway/connection-pool'

let server: Server
let pool: ConnectionPool
let connections: number

beforeEach(async () => {
  connections = 0
  server = createServer((request, response) => response.end(request.url)).on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  pool = new ConnectionPool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, buildConnector({ timeout: 1000 }))
})
afterEach(async () => {
  await pool.destroy()
  server.closeAllConnections()
  server.close()
})

const ask = async ({ client }: Connection, path: string): Promise<string> => (await client.request({ path, method: 'GET' })).body.text()

describe('connections to one server', () => {
  it('are one for each request at a time, and used again from the last', async () => {
    const [one, two] = [pool.take(), pool.take()]
    expect(await Promise.all([ask(one, '/1'), ask(two, '/2')])).toEqual(['/1', '/2'])
    pool.giveBack(one)
    pool.giveBack(two)
    expect(pool.take()).toBe(two)
    expect(pool.take()).toBe(one)
    expect(connections).toBe(2)
  })

  it('are given back once, so that no two requests have the same', async () => {
    const one = pool.take()
    await ask(one, '/')
    pool.giveBack(one)
    pool.giveBack(one)
    expect(pool.take()).toBe(one)
    expect(pool.take()).not.toBe(one)
  })

  it('that the server has closed are not given out', async () => {
    const one = pool.take()
    await ask(one, '/')
    pool.giveBack(one)
    const closed = once(one.client, 'disconnect')
    server.closeAllConnections()
    await closed
    const next = pool.take()
    expect(next).not.toBe(one)
    expect(await ask(next, '/again')).toBe('/again')
  })

  it('whose request failed are not given out', async () => {
    const one = pool.take()
    await ask(one, '/')
    one.socket?.destroy()
    pool.giveBack(one)
    expect(pool.take()).not.toBe(one)
  })
})
