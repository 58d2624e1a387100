import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Behaviour } from './behaviour'
import { chunk, contentChunk, done, event, lastChunk, tokensOf, usageOf, wholeAnswer, type Asked } from './chunks'

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Resolves when the answer is over, or when there is nothing more to come. */
export async function perform(behaviour: Behaviour, asked: Asked, response: ServerResponse): Promise<void> {
  switch (behaviour.kind) {
    case 'answer':
      return answer(behaviour, asked, response)
    case 'hang':
      return
    case 'hang-mid-stream':
      response.writeHead(200, eventStream)
      return streamTokens(asked, response, behaviour.afterTokens)
    case 'reset':
      if (behaviour.when !== 'before-headers') response.writeHead(200, asked.isStreamed ? eventStream : { 'content-type': 'application/json', 'content-length': 4096 })
      if (behaviour.when === 'after-headers') response.flushHeaders()
      if (behaviour.when === 'mid-stream') await (asked.isStreamed ? streamTokens(asked, response, 2) : write(response, '{"id":'))
      await flushed(response)
      response.socket?.resetAndDestroy()
      return
    case 'half-event':
      response.writeHead(200, eventStream)
      await streamTokens(asked, response, behaviour.afterTokens ?? 2)
      response.end('data: {"id":"chatcmpl-double","choices":[{"index":0,"del')
      return
    case 'no-done':
      response.writeHead(200, eventStream)
      await streamTokens(asked, response, 2)
      response.end()
      return
    case 'garbage':
      response.writeHead(200, { 'content-type': asked.isStreamed ? 'text/event-stream' : 'application/json' }).end('<html><body>It works!</body></html>')
      return
    case 'status': {
      const body = behaviour.body ?? { error: { message: `The double says ${behaviour.status}.`, type: 'server_error', param: null, code: null } }
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

async function answer(behaviour: Answer, asked: Asked, response: ServerResponse): Promise<void> {
  await behaviour.startWhen
  const text = behaviour.text ?? `You said: ${asked.text}`
  const tokens = tokensOf(text)
  const usage = behaviour.usage ?? 'as-asked'
  if (!asked.isStreamed) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wholeAnswer(asked, text)))
    return
  }
  response.writeHead(200, eventStream)
  for (const [index, token] of tokens.entries()) {
    if (behaviour.hold?.afterTokens === index) await behaviour.hold.until
    if (behaviour.tokensPerS !== undefined) await sleep(1000 / behaviour.tokensPerS)
    await write(response, event(contentChunk(asked, token, index)))
    if (response.destroyed) return
  }
  const last = lastChunk(asked)
  await write(response, event(usage === 'with-choices' ? { ...last, usage: usageOf(asked, tokens.length) } : last))
  if (usage === 'always' || (usage === 'as-asked' && asked.includesUsage)) await write(response, event({ ...chunk(asked, []), usage: usageOf(asked, tokens.length) }))
  response.end(behaviour.hasDone === false ? '' : done)
}

async function streamTokens(asked: Asked, response: ServerResponse, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await write(response, event(contentChunk(asked, `token${index} `, index)))
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
