import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { coreEvent, type CoreEvent } from '@shared/rpc/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startFirstSite } from '../../doubles/first-site/first-site'
import { makeScratch, openSession, startServer, type TestServer } from '../../fixtures/headless-server'
import { openClient, statusOfUpgrade, type TestClient } from '../../fixtures/rpc-client'

let scratch: Awaited<ReturnType<typeof makeScratch>>
let server: TestServer
let client: TestClient
const doubles: Server[] = []

beforeEach(async () => {
  scratch = await makeScratch()
  await mkdir(scratch.dataDir)
  await writeFile(join(scratch.dataDir, 'config.yaml'), '# mine\nlog: { level: warn } # quiet\n')
  server = await startServer(scratch.dataDir)
  client = await openClient(server.origin, { authorization: `Bearer ${server.core.ownerKey}` })
})
afterEach(async () => {
  client.socket.close()
  await server.core.close()
  for (const double of doubles.splice(0)) double.close()
  await scratch.remove()
})

/** Lists one model to whoever shows the key. */
async function startModelServer(key: string): Promise<string> {
  const double = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${key}`
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isKnown ? { object: 'list', data: [{ id: 'small-model', object: 'model' }] } : { error: { message: 'no' } }))
  }).listen(0, '127.0.0.1')
  doubles.push(double)
  await once(double, 'listening')
  const address = double.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`
}

async function eventOf(wanted: (event: CoreEvent) => boolean): Promise<CoreEvent> {
  for await (const event of await client.core.events.watch()) if (wanted(event)) return event
  throw new Error('the events ended')
}

describe('the socket at /rpc', () => {
  test('opens for a session from the window\'s own origin, and for the owner\'s key', async () => {
    const cookie = await openSession(server)
    expect(await statusOfUpgrade(server.origin, { cookie, origin: server.origin })).toBe(101)
    expect(await statusOfUpgrade(server.origin, { authorization: `Bearer ${server.core.ownerKey}` })).toBe(101)
  })

  test('stays shut for anybody else', async () => {
    const cookie = await openSession(server)
    const { secret } = await client.core.keys.create({ name: 'a colleague' })
    expect(await statusOfUpgrade(server.origin, {})).toBe(401)
    expect(await statusOfUpgrade(server.origin, { cookie })).toBe(401)
    expect(await statusOfUpgrade(server.origin, { authorization: `Bearer ${secret}` })).toBe(401)
    expect(await statusOfUpgrade(server.origin, { cookie, origin: 'http://localhost:5173' })).toBe(403)
    expect(await statusOfUpgrade(server.origin, { cookie, host: 'rebound.example.org' })).toBe(403)
    expect(await statusOfUpgrade(server.origin, { cookie, origin: server.origin }, '/other')).toBe(404)
  })

  test('gives the window a key of its own that opens the gateway', async () => {
    const session = await client.core.session.open()
    expect(session).toMatchObject({ host: 'headless', dataDir: scratch.dataDir, publicUrl: `${server.origin}/v1` })
    expect(session.gatewayUrl).toBeUndefined()
    expect(session.key).not.toBe(server.core.ownerKey)
    const models = await fetch(`${server.origin}/v1/models`, { headers: { authorization: `Bearer ${session.key}` } })
    expect(await models.json()).toMatchObject({ data: [{ id: 'guide' }] })
  })

  test('names the field of a wrong input, with a code and advice', async () => {
    await expect(client.core.servers.remove({ name: 'Not A Name' })).rejects.toMatchObject({ code: 'FIRST', defined: true, data: { code: 'invalid_request' }, message: expect.stringContaining('name') as string })
  })

  test('refuses what only a desktop can do', async () => {
    await expect(client.core.shell.showDataDir()).rejects.toMatchObject({ data: { code: 'not_found' } })
  })

  test('closes a connection that sends something else', async () => {
    for (const message of ['{"i":"1","t":3}', '{"i":"1","t":3,"p":{"e":"message"}}', '{"i":"1","p":{"u":"/session/open","m":"GET"}}', 'hello', '{"i":"1","p":{"u":"http://elsewhere"}}', '[]', Buffer.from([1, 2, 3])]) {
      const { socket } = await openClient(server.origin, { authorization: `Bearer ${server.core.ownerKey}` })
      socket.send(message)
      await once(socket, 'close')
    }
    expect((await client.core.session.open()).host).toBe('headless')
  })

  test('first tells how things are, then what changes', async () => {
    const kinds = new Set(coreEvent.options.map(({ shape }) => shape.kind.value))
    const seen = new Set<string>()
    for await (const { kind } of await client.core.events.watch()) {
      seen.add(kind)
      if (seen.size === kinds.size) break
    }
    expect(seen).toEqual(kinds)
  })

  test('shows problems of config.yaml as it is edited, and keeps the version before in force', async () => {
    const told = eventOf((event) => event.kind === 'config' && event.config.problems.length > 0)
    await writeFile(join(scratch.dataDir, 'config.yaml'), 'gateway:\n  prot: 1\n')
    expect(await told).toMatchObject({ config: { problems: [{ line: 2, column: 3, key: 'gateway.prot', message: expect.stringContaining('did you mean port?') as string }] } })
    const mended = eventOf((event) => event.kind === 'config' && event.config.problems.length === 0)
    await writeFile(join(scratch.dataDir, 'config.yaml'), '# mended\n')
    await mended
  })

  test('adds a server, with its key out of the file, and takes it away again', async () => {
    const url = await startModelServer('sk-of-the-server')
    expect(await client.core.servers.check({ url, apiKey: 'sk-of-the-server' })).toMatchObject({ url, models: ['small-model'] })
    await expect(client.core.servers.check({ url, apiKey: 'wrong' })).rejects.toMatchObject({ data: { code: 'upstream_unauthorized' } })

    expect(await client.core.servers.add({ name: 'lab', url, apiKey: 'sk-of-the-server' })).toMatchObject({ name: 'lab', isReachable: true, models: [{ id: 'small-model', status: 'live' }] })
    const written = await readFile(join(scratch.dataDir, 'config.yaml'), 'utf8')
    expect(written).toContain('# mine\nlog: { level: warn } # quiet')
    expect(written).toContain('${secret:server.lab}')
    expect(written).not.toContain('sk-of-the-server')
    await expect(client.core.servers.add({ name: 'lab', url, apiKey: 'sk-of-another' })).rejects.toMatchObject({ data: { code: 'invalid_request' } })
    expect(await readFile(join(scratch.dataDir, 'secrets.json'), 'utf8')).toContain('sk-of-the-server')

    await client.core.servers.remove({ name: 'lab' })
    expect(await readFile(join(scratch.dataDir, 'config.yaml'), 'utf8')).not.toContain('lab')
    expect(await readFile(join(scratch.dataDir, 'secrets.json'), 'utf8')).not.toContain('sk-of-the-server')
  })

  test('adds another FIRST gateway with its token out of the file', async () => {
    const site = await startFirstSite({ clusters: [{ name: 'sophia', frameworks: { vllm: ['org/model'] } }] })
    try {
      expect(await client.core.servers.check({ url: site.url })).toMatchObject({ clusterKind: 'first', isTokenNeeded: true })
      const found = await client.core.servers.check({ url: site.url, apiKey: 'globus-token' })
      expect(found).toMatchObject({ clusterKind: 'first', clusters: ['sophia'], models: ['org/model'] })
      expect(await client.core.servers.add({ name: 'alcf', kind: found.clusterKind, url: found.url, apiKey: 'globus-token' })).toMatchObject({ name: 'alcf', kind: 'first', isReachable: true, models: [{ id: 'org/model' }] })
      const written = await readFile(join(scratch.dataDir, 'config.yaml'), 'utf8')
      expect(written).toContain('token: ${secret:server.alcf}')
      expect(written).not.toContain('globus-token')
      await client.core.servers.remove({ name: 'alcf' })
    } finally {
      await site.close()
    }
  })

  test('puts a new key of a server into force at once', async () => {
    const url = await startModelServer('sk-the-new-key')
    expect(await client.core.servers.add({ name: 'lab', url, apiKey: 'sk-the-old-key' })).toMatchObject({ isReachable: false })
    await client.core.servers.setKey({ name: 'lab', apiKey: 'sk-the-new-key' })
    expect(await client.core.clusters.refresh({ cluster: 'lab' })).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'lab', isReachable: true })]))
  })

  test('makes a key that opens the gateway until it is revoked', async () => {
    const { id, secret } = await client.core.keys.create({ name: 'a colleague' })
    const ask = async (): Promise<number> => (await fetch(`${server.origin}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status
    expect(await ask()).toBe(200)
    await client.core.keys.revoke({ id })
    expect(await ask()).toBe(401)
    expect(await client.core.keys.list()).toMatchObject([{ id, name: 'a colleague', revokedAtMs: expect.any(Number) as number }])
  })

  test('writes a snapshot of conversations and reads it back', async () => {
    const lines = ['{"kind":"conversation","id":"c1"}', '{"kind":"message","id":"m1"}', '{"kind":"message","id":"m2"}']
    const { id } = await client.core.backups.begin()
    for (const line of lines) await client.core.backups.append({ id, lines: `${line}\n` })
    expect(await client.core.backups.commit({ id, conversations: 1, messages: 2 })).toMatchObject({ id, conversations: 1, messages: 2 })
    expect(await client.core.backups.list()).toMatchObject([{ id }])
    expect(await client.core.backups.read({ id, offset: 0 })).toEqual({ lines: `${lines.join('\n')}\n` })
    await expect(client.core.backups.read({ id: '../local', offset: 0 })).rejects.toMatchObject({ data: { code: 'invalid_request' } })
  })

  test('keeps nothing open for callers that never say goodbye', async () => {
    const { port } = new URL(server.origin)
    const sockets = [{}, { authorization: `Bearer ${server.core.ownerKey}` }].map((headers) => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true }).on('error', () => undefined).resume()
      const all = { host: '127.0.0.1', connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers }
      socket.write(`GET /rpc HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'data')))
    await server.core.close()
    for (const socket of sockets) socket.destroy()
  })

  test('ends its connections when the core ends', async () => {
    const closed = once(client.socket, 'close')
    await server.core.close()
    await closed
  })
})
