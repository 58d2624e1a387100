import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'

function ask(gateway: GatewayUnderTest, content: string): Promise<Response> {
  return gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content }], stream: true })
}

async function readText(answer: Response): Promise<string> {
  const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: {'))
  return events.map((event) => (JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '').join('')
}

describe('streams', () => {
  let double: OpenAiServer
  let gateway: GatewayUnderTest

  beforeEach(async () => {
    double = await startOpenAiServer({ models: [model] })
    gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }] })
  })
  afterEach(async () => {
    await gateway.close()
    await double.close()
  })

  it('of 64 callers at once are each their own', async () => {
    const texts = Array.from({ length: 64 }, (_, index) => `caller ${index} says ${'word '.repeat(index)}end`)
    const answers = await Promise.all(texts.map(async (text) => readText(await ask(gateway, text))))
    expect(answers).toEqual(texts.map((text) => `You said: ${text}`))
    expect(await gateway.recorded(64)).toMatchObject({ status: 200 })
  })

  it('arrive event by event, not all at the end', async () => {
    let release = (): void => undefined
    const until = new Promise<void>((resolve) => (release = resolve))
    double.behave({ kind: 'answer', text: 'one two three', hold: { afterTokens: 2, until } })
    const answer = await ask(gateway, 'hi')
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    while (!seen.includes('two')) seen += (await reader.read()).value ?? ''
    expect(seen).not.toContain('three')
    release()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) seen += piece.value
    expect(seen).toContain('three')
  })

  it('to a caller that does not read hold the server back, and cost no memory here', async () => {
    const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(64 * 1024) } }] })}\n\n`
    let produced = 0
    function* endless(): Generator<string> {
      for (; produced < 4000; produced++) yield piece
    }
    double.behave({ kind: 'raw', contentType: 'text/event-stream', pieces: endless(), isFlood: true })
    const request = httpRequest(`${gateway.origin}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' } })
    request.end(JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] }))
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    answer.pause()
    // The pipe is full once the server has not been able to go on between two looks.
    for (let before = -1; before !== produced; ) {
      before = produced
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(produced).toBeLessThan(500)
    const held = produced
    answer.resume()
    while (produced < held + 500) await once(answer, 'data')
    answer.destroy()
    expect(await double.chats[0]?.ended).toBe('disconnected')
  })

  it('that run when the gateway stops end with an error event, and are recorded', async () => {
    double.behave({ kind: 'hang-mid-stream', afterTokens: 1 })
    const answer = await ask(gateway, 'hi')
    const text = answer.text()
    const closed = gateway.close()
    expect(await text).toContain('"code":"shutting_down"')
    await closed
    expect(await double.chats[0]?.ended).toBe('disconnected')
    expect(gateway.outcomes[0]).toMatchObject({ errorCode: 'shutting_down', status: 200 })
  })

  it('use connections again', async () => {
    for (let index = 0; index < 5; index++) await readText(await ask(gateway, 'hi'))
    const ports = new Set(double.chats.map(({ port }) => port))
    expect(ports.size).toBe(1)
  })
})
