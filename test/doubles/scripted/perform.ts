import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Behaviour } from './behaviour'
import { scriptOf, type Asked, type Wire } from './wire'

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Resolves when the answer is over, or when there is nothing more to come. */
export async function perform(behaviour: Behaviour, asked: Asked, response: ServerResponse, wire: Wire): Promise<void> {
  switch (behaviour.kind) {
    case 'answer':
      return answer(behaviour, asked, response, wire)
    case 'hang':
      return
    case 'hang-mid-stream':
      response.writeHead(200, eventStream)
      return streamTokens(asked, response, wire, behaviour.afterTokens)
    case 'reset':
      if (behaviour.when !== 'before-headers') response.writeHead(200, asked.isStreamed ? eventStream : { 'content-type': 'application/json', 'content-length': 4096 })
      if (behaviour.when === 'after-headers') response.flushHeaders()
      if (behaviour.when === 'mid-stream') await (asked.isStreamed ? streamTokens(asked, response, wire, 2) : write(response, '{"id":'))
      await flushed(response)
      response.socket?.resetAndDestroy()
      return
    case 'half-event': {
      const count = behaviour.afterTokens ?? 2
      response.writeHead(200, eventStream)
      await streamTokens(asked, response, wire, count)
      const next = filler(asked, wire, count + 1).pieces.at(-1) ?? ''
      response.end(next.slice(0, Math.floor(next.length / 2)))
      return
    }
    case 'no-done':
      response.writeHead(200, eventStream)
      await streamTokens(asked, response, wire, 2)
      response.end()
      return
    case 'error-mid-stream':
      response.writeHead(200, eventStream)
      await streamTokens(asked, response, wire, behaviour.afterTokens)
      response.end(wire.errorEvent(asked, behaviour.message))
      return
    case 'garbage':
      response.writeHead(200, { 'content-type': asked.isStreamed ? 'text/event-stream' : 'application/json' }).end('<html><body>It works!</body></html>')
      return
    case 'status': {
      const body = behaviour.body ?? wire.error(behaviour.status, `The double says ${behaviour.status}.`)
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
      return
    }
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.contentType, ...behaviour.headers })
      for (const piece of behaviour.pieces) {
        await write(response, piece)
        if (behaviour.isFlood !== true) await flushed(response)
        if (response.destroyed) return
      }
      response.end()
  }
}

async function answer(behaviour: Answer, asked: Asked, response: ServerResponse, wire: Wire): Promise<void> {
  await behaviour.startWhen
  const script = scriptOf(asked, behaviour)
  if (!asked.isStreamed) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wire.whole(asked, script)))
    return
  }
  const { opening, pieces, closing } = wire.stream(asked, script)
  response.writeHead(200, eventStream)
  for (const piece of opening) await write(response, piece)
  for (const [index, piece] of pieces.entries()) {
    if (behaviour.hold?.afterTokens === index) await behaviour.hold.until
    if (behaviour.tokensPerS !== undefined) await sleep(1000 / behaviour.tokensPerS)
    await write(response, piece)
    if (response.destroyed) return
  }
  for (const piece of closing) await write(response, piece)
  response.end()
}

/** The beginning of a stream that says `token0 token1 …`. */
function filler(asked: Asked, wire: Wire, count: number): ReturnType<Wire['stream']> {
  const tokens = Array.from({ length: count }, (_, index) => `token${index} `)
  return wire.stream(asked, { ...scriptOf(asked, { kind: 'answer' }), tokens })
}

async function streamTokens(asked: Asked, response: ServerResponse, wire: Wire, count: number): Promise<void> {
  const { opening, pieces } = filler(asked, wire, count)
  for (const piece of [...opening, ...pieces]) await write(response, piece)
}

/** Waits for the reader when it is slow, and no longer than it is there. */
async function write(response: ServerResponse, data: string | Buffer): Promise<void> {
  if (response.destroyed || response.write(data)) return
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      response.off('drain', goOn).off('close', goOn)
      resolve()
    }
    response.on('drain', goOn).on('close', goOn)
  })
}

/** Until what was written has left this process, so that a reset comes after it. */
async function flushed(response: ServerResponse): Promise<void> {
  if (response.headersSent) await new Promise<void>((resolve) => response.write('', () => resolve()))
  await sleep(5)
}
