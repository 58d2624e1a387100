import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startMessagesServer, type MessagesServer } from '../../doubles/messages-server/messages-server'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
const asked = { model, max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'four words to read' }] }

let double: MessagesServer
let gateway: GatewayUnderTest

beforeEach(async () => {
  double = await startMessagesServer({ models: [model], key: 'sk-right' })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url, apiKey: '${env:LAB}', profile: 'anthropic' }], secrets: { '${env:LAB}': 'sk-right' } })
})
afterEach(async () => {
  await gateway.close()
  await double.close()
})

/** Reads an answer until it holds a text, and leaves. */
async function readTo(text: string, answer: Response): Promise<void> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (let seen = ''; !seen.includes(text); ) seen += (await reader.read()).value ?? ''
  await reader.cancel()
}

/** A place that speaks Messages says at the beginning of an answer that it has one token. */
describe.each(['/v1/messages', '/v1/chat/completions'])('an answer on %s that a place of Messages did not end', (path) => {
  it('counts what went out until the caller left, with the prompt that the place said', async () => {
    double.behave({ kind: 'answer', text: `${'word '.repeat(40)}last one`, hold: { afterTokens: 41, until: new Promise(() => undefined) } })
    await readTo('last', await gateway.post(path, asked))
    const { usage, isCut } = await gateway.recorded(1)
    expect([usage?.promptTokens, usage?.isEstimated, isCut]).toEqual([4, true, true])
    expect(usage?.completionTokens).toBeGreaterThanOrEqual(41)
    expect(usage?.completionTokens).toBeLessThan(50)
  })

  it('counts what went out until the place broke off', async () => {
    double.behave({ kind: 'error-mid-stream', afterTokens: 3, message: 'overloaded' })
    await (await gateway.post(path, asked)).text()
    const { usage, errorCode } = await gateway.recorded(1)
    expect([errorCode, usage?.promptTokens, usage?.isEstimated]).toEqual(['upstream_error', 4, true])
    expect(usage?.completionTokens).toBeGreaterThanOrEqual(3)
  })
})
