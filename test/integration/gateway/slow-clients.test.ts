import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { FirstError } from '@shared/errors'
import type { BodyLimits } from '@main/gateway/body-limits'
import { cutWhenStalled, defaultClientTimeouts, setClientTimeouts } from '@main/gateway/client-timeouts'
import { Cancellation } from '@main/gateway/cancellation'
import { readBody, type BodyPace } from '@main/gateway/read-body'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

let server: Server | undefined

async function serve(listener: RequestListener, options: { readonly connectionsCheckingInterval?: number } = {}): Promise<{ readonly server: Server; readonly port: number }> {
  const started = createServer(options, listener)
  server = started
  started.listen(0, '127.0.0.1')
  await once(started, 'listening')
  return { server: started, port: (started.address() as AddressInfo).port }
}
afterEach(async () => {
  if (server === undefined) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  server = undefined
})

const kilobytes = (count: number): string => 'x'.repeat(count * 1024)

describe('a body', () => {
  const limits: BodyLimits = { anyBytes: 64 * 1024, imagesBytes: 256 * 1024 }

  /** What becomes of a body that comes in these pieces, and stays open where it is said so. */
  async function send(pieces: readonly string[], { isOpen = false, pace }: { isOpen?: boolean; pace?: BodyPace } = {}): Promise<number | FirstError> {
    const outcome = new Promise<number | FirstError>((resolve) => {
      void serve((request, response) => {
        readBody(request, limits, new Cancellation(), pace)
          .then((body) => resolve(body.length), (error: unknown) => resolve(error as FirstError))
          .finally(() => response.end('done'))
      }).then(({ port }) => {
        const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST' })
        sent.on('error', () => undefined).on('response', (answer) => answer.resume())
        for (const piece of pieces) sent.write(piece)
        if (!isOpen) sent.end()
      })
    })
    return await outcome
  }

  it.each([
    ['Chat Completions', '{"content":[{"type":"image_url","image_url":{"url":"'],
    ['Responses', '{"content":[{"type": "input_image", "image_url":"'],
    ['Messages', '{"content":[{"type":"image","source":{"type":"base64","data":"'],
  ])('with an image of %s may be larger', async (_what, beginning) => {
    expect(await send([beginning, kilobytes(200)])).toBe(beginning.length + 200 * 1024)
  })

  it.each([
    ['no image', '{"content":"'],
    ['the word image inside its text', `${JSON.stringify({ content: 'say "image_url" or "image", as you like' }).slice(0, -2)} `],
  ])('with %s may not', async (_what, beginning) => {
    expect(await send([beginning, kilobytes(100)])).toMatchObject({ code: 'body_too_large' })
    expect(await send([beginning, kilobytes(60)])).toBe(beginning.length + 60 * 1024)
  })

  it('with an image has an end too, and the error names both limits', async () => {
    const error = await send(['{"image_url":"', kilobytes(300)])
    expect(error).toMatchObject({ code: 'body_too_large', message: 'The body is too large: this gateway takes 0.06 MB, and 0.25 MB where it holds images.' })
  })

  it('that hardly comes is given up', async () => {
    const error = await send(['{"content":'], { isOpen: true, pace: { bytes: 100, everyMs: 30 } })
    expect(error).toMatchObject({ code: 'request_timeout', message: 'The body came in too slowly: less than 100 bytes in 0.03 seconds.' })
  })
})

describe('a caller that stops reading', () => {
  const flood: RequestListener = (_request, response) => {
    cutWhenStalled(response, 60)
    const write = (): void => {
      while (!response.destroyed && response.write(kilobytes(64)));
    }
    response.on('drain', write)
    write()
  }

  it('is cut off', async () => {
    let closed: Promise<unknown> | undefined
    const { port } = await serve((request, response) => {
      closed = once(response, 'close')
      flood(request, response)
    })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await once(socket, 'readable')
    await closed
    socket.destroy()
  })

  it('is told from one that waits for a silent answer', async () => {
    let finish = (): void => undefined
    const { server: started, port } = await serve((_request, response) => {
      cutWhenStalled(response, 20)
      response.write('first ')
      finish = () => response.end('last')
    })
    const timeouts = new Promise<void>((resolve) => {
      let count = 0
      // Node tells the server too of a socket that was quiet; it is so many times over.
      started.on('timeout', () => {
        if (++count === 3) resolve()
      })
    })
    const asked = httpRequest({ port, host: '127.0.0.1' }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    await timeouts
    finish()
    expect(Buffer.concat((await answer.toArray()) as Buffer[]).toString()).toBe('first last')
  })
})

describe('headers that do not come', () => {
  it('end the connection with 408', async () => {
    const { server: started, port } = await serve((_request, response) => response.end(), { connectionsCheckingInterval: 20 })
    setClientTimeouts(started, { ...defaultClientTimeouts, headersMs: 40 })
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    socket.write('GET / HTTP/1.1\r\nhost:')
    expect(((await socket.toArray()) as string[]).join('')).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('a connection on which nothing was asked', () => {
  it('does not keep the gateway from closing', async () => {
    const quiet = await startGateway()
    const socket = connect(Number(new URL(quiet.origin).port), '127.0.0.1')
    await once(socket, 'connect')
    const asked = await quiet.get('/health')
    expect(asked.status).toBe(200)
    const closed = once(socket.resume(), 'close')
    await quiet.close()
    await closed
  })
})

describe('through the gateway', () => {
  const model = 'double-model'
  let double: OpenAiServer
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    double = await startOpenAiServer({ models: [model] })
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], gateway: { bodyLimitMb: 0.1, imageBodyLimitMb: 1 }, clientTimeouts: { stallMs: 80 } })
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  it('an image goes past the limit of other bodies', async () => {
    const ask = (content: unknown): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] })
    const url = `data:image/png;base64,${kilobytes(500)}`
    expect((await ask([{ type: 'image_url', image_url: { url } }])).status).toBe(200)
    expect((await ask(kilobytes(500))).status).toBe(413)
    expect((await ask([{ type: 'image_url', image_url: { url: url.repeat(3) } }])).status).toBe(413)
  })

  it('a caller that stops reading its stream ends the request to the server', async () => {
    function* endless(): Generator<string> {
      const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: kilobytes(64) } }] })}\n\n`
      for (;;) yield piece
    }
    double.behave({ kind: 'raw', contentType: 'text/event-stream', pieces: endless(), isFlood: true })
    const before = gateway.outcomes.length
    const request = httpRequest(`${gateway.origin}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' } })
    request.on('error', () => undefined).end(JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] }))
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    answer.on('error', () => undefined)
    expect(await gateway.recorded(before + 1)).toMatchObject({ errorCode: 'cancelled', status: 200 })
    expect(await double.chats.at(-1)?.ended).toBe('disconnected')
    answer.destroy()
  })
})
