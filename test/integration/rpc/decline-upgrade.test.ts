import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeScratch, startServer, type TestServer } from '../../fixtures/headless-server'

let scratch: Awaited<ReturnType<typeof makeScratch>>
let server: TestServer

beforeEach(async () => {
  scratch = await makeScratch()
  server = await startServer(scratch.dataDir)
})
afterEach(async () => {
  await server.core.close()
  await scratch.remove()
})

const question = JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 'What can you do? 🙂' }] })

/** As Java's HttpClient sends it: HTTP/2 is offered on a plain request. */
async function ask(pieces: (head: string) => readonly (string | Buffer)[]): Promise<string> {
  const { port, hostname } = new URL(server.origin)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    `Authorization: Bearer ${server.core.ownerKey}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(question)}`,
  ].join('\r\n')
  for (const piece of pieces(`${head}\r\n\r\n`)) await new Promise((sent) => socket.write(piece, sent))
  // A second request on the same connection: it ends the answer, and shows that the connection is as good as any.
  socket.write(`GET /health HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

test('a request that offers HTTP/2 is answered as any other, and so is the next on its connection', async () => {
  const answers = await ask((head) => [head + question])
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  expect(answers).toContain('"object":"chat.completion"')
  expect(answers).toContain('{"status":"ok"}')
})

test('its body may come later than its head, and in pieces', async () => {
  const body = Buffer.from(question)
  const answers = await ask((head) => [head, body.subarray(0, 20), body.subarray(20)])
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  expect(answers).toContain('"object":"chat.completion"')
})
