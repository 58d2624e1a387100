import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operation, type Operation } from '@shared/domain/model'
import { routes } from '@main/gateway/routes'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

const model = 'double-model'
let double: OpenAiServer
let gateway: GatewayUnderTest

beforeAll(async () => {
  double = await startOpenAiServer({ models: [model] })
  gateway = await startGateway({ clusters: [{ name: 'lab', kind: 'direct', url: double.url }], gateway: { bodyLimitMb: 1, imageBodyLimitMb: 1 } })
})
afterAll(async () => {
  await gateway.close()
  await double.close()
})

const text = 'What is the enthalpy of water?'
const tool = { type: 'function', name: 'molar_mass', parameters: { type: 'object', properties: {} } }
/** A request that is as it should be, with most of what it can hold. */
const good: Readonly<Record<Operation, object>> = {
  chat_completions: {
    model,
    messages: [
      { role: 'system', content: 'Be exact.' },
      { role: 'user', content: [{ type: 'text', text }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'molar_mass', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: '18' },
    ],
    tools: [{ type: 'function', function: { name: 'molar_mass', parameters: { type: 'object' } } }],
    stop: ['\n'],
    logit_bias: { 5: 1 },
    response_format: { type: 'json_object' },
    stream: false,
  },
  completions: { model, prompt: [text], stop: 'x', n: 1 },
  embeddings: { model, input: [text, text], encoding_format: 'float' },
  responses: { model, input: [{ role: 'user', content: [{ type: 'input_text', text }] }], tools: [tool], reasoning: { effort: 'low' }, text: { format: { type: 'text' } } },
  messages: { model, max_tokens: 20, system: [{ type: 'text', text }], messages: [{ role: 'user', content: [{ type: 'text', text }] }], tools: [{ name: 'molar_mass', input_schema: { type: 'object' } }], thinking: { type: 'disabled' } },
  count_tokens: { model, messages: [{ role: 'user', content: text }] },
}
/** As good, where the place knows what they stand for. */
const withoutInput = [{ model, previous_response_id: 'resp_1' }, { model, conversation: 'conv_1' }, { model, prompt: { id: 'pmpt_1' }, input: null }]
const goodBodies = (asked: Operation): readonly object[] => (asked === 'responses' ? [good.responses, ...withoutInput] : [good[asked]])

interface Change {
  readonly at: readonly number[]
  readonly to: unknown
  readonly how: 'replace' | 'delete' | 'add'
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
  to: fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(1e308, -1, 0.5, '', '\u0000', '\ud800', [], {}, [[[[]]]], 'x'.repeat(5000), true, null)),
  how: fc.constantFrom('replace', 'delete', 'add'),
})

/** Walks down by the numbers, and changes what it comes to. */
function changed(body: object, { at, to, how }: Change): unknown {
  const copy = structuredClone(body) as Record<string, unknown>
  let here = copy
  for (const [depth, step] of at.entries()) {
    const keys = Object.keys(here)
    const key = keys[step % Math.max(keys.length, 1)]
    const next = key === undefined ? undefined : here[key]
    if (key === undefined || (depth < at.length - 1 && typeof next === 'object' && next !== null)) {
      if (typeof next !== 'object' || next === null) break
      here = next as Record<string, unknown>
      continue
    }
    if (how === 'delete') Reflect.deleteProperty(here, key)
    else here[how === 'add' ? `${key}_more` : key] = to
    break
  }
  return copy
}

const inferences = routes.flatMap((route) => (route.serve === 'infer' ? [{ ...route, url: route.path.replace(':cluster', 'lab').replace(':framework', 'api') }] : []))
const runs = { numRuns: 40 }

/** What a caller sends is never the gateway's fault. */
async function settle(answer: Response): Promise<void> {
  const body = await answer.text()
  expect.soft([answer.status < 500, body]).toEqual([true, body])
}

describe('whatever is sent', () => {
  it.each(inferences)('to $path near what it should be is answered or refused', async ({ url, operation: asked }) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...goodBodies(asked)), change, fc.option(change), async (body, one, two) => {
        const first = changed(body, one) as object
        await settle(await gateway.post(url, JSON.stringify(two === null ? first : changed(first, two))))
      }),
      runs,
    )
  })

  it.each(inferences)('to $path as random JSON or random bytes is refused', async ({ url }) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.uint8Array({ maxLength: 300 })), async (body) => {
        const answer = await fetch(`${gateway.origin}${url}`, { method: 'POST', body, headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' } })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        await settle(answer)
      }),
      runs,
    )
  })

  it.each(operation.options)('as %s in its good form is served or refused by a name', async (asked) => {
    const route = inferences.find((candidate) => candidate.operation === asked)
    const answer = await gateway.post(route?.url ?? '', good[asked])
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
  })

  it.each(withoutInput)('as %j to a place that cannot know what that stands for is refused by a name', async (body) => {
    const answer = await gateway.post('/v1/responses', body)
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: expect.stringMatching(/^(previous_response_not_found|missing_required_parameter)$/) as string } }])
  })

  it('with odd headers and paths is answered', async () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/).filter((each) => !/^(host|connection|transfer-encoding|content-length|expect|upgrade|keep-alive|te|trailer|origin)$/i.test(each))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), fc.dictionary(name, fc.stringMatching(/^[\x21-\x7e]{0,200}$/), { maxKeys: 8 }), fc.stringMatching(/^[\x21\x24-\x7e]{0,60}$/), async ({ method, path }, headers, tail) => {
        const raw = await exchange(`${method} ${path.replaceAll(/[:*]/g, '')}${tail} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ownerKey}\r\nconnection: close\r\n${Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`).join('')}content-length: 0\r\n\r\n`)
        expect(raw).toMatch(/^HTTP\/1\.1 [234]\d\d /)
      }),
      { numRuns: 300 },
    )
  })

  it('as a torn request or as noise ends its connection and nothing else', async () => {
    const body = JSON.stringify(good.chat_completions)
    const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ownerKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    await fc.assert(
      fc.asyncProperty(fc.nat(request.length - 1), fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 })), async (cut, noise) => {
        await exchange(request.slice(0, cut), noise === null ? undefined : Buffer.from(noise))
        expect((await gateway.get('/v1/models')).status).toBe(200)
      }),
      { numRuns: 120 },
    )
  })

  it('again and again takes no more memory', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const round = async (): Promise<number> => {
      for (let at = 0; at < 400; at++) {
        const { url, operation: asked } = inferences[at % inferences.length]!
        await (await gateway.post(url, at % 3 === 0 ? `{"model":"${model}${at}` : JSON.stringify(at % 3 === 1 ? { ...good[asked], [`extra_${at}`]: 'x'.repeat(2000) } : { ...good[asked], model: `unknown-${at}` }))).arrayBuffer()
      }
      collect()
      return process.memoryUsage().heapUsed
    }
    await round()
    const before = await round()
    await round()
    await round()
    // The outcomes that this test keeps, and what the double saw, are the most of it: 5 KB for each of 1,200 requests would be too much.
    expect((await round()) - before).toBeLessThan(6 * 2 ** 20)
  })
})

/** Sends these bytes and the end, and reads what comes until the other side ends. */
async function exchange(request: string, more?: Buffer): Promise<string> {
  const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1')
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.on('error', () => undefined)
  socket.write(request)
  if (more === undefined) socket.end()
  else socket.end(more)
  await once(socket, 'close')
  return Buffer.concat(parts).toString()
}
