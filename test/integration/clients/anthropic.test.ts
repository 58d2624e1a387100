import { NotFoundError } from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import type { MessageParam, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dot, model, molarMass, startBench, tongues, weighed, weighing, type Bench } from './bench'

let bench: Bench
const messages: MessageParam[] = [{ role: 'user', content: 'Hello' }]
const asked = { model, max_tokens: 4096, messages }

/** Runs of the same type are one. */
const kindsOf = (events: readonly RawMessageStreamEvent[]): string[] => events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])

describe.each(tongues)('the Anthropic client over a cluster that speaks %s only', (speaks) => {
  beforeEach(async () => {
    bench = await startBench(speaks)
  })
  afterEach(() => bench.close())

  test('gets a whole message with its usage', async () => {
    bench.engine.play(({ question }) => ({ text: `${question} to you` }))
    const message = await bench.anthropic.messages.create({ ...asked, system: 'Be brief.' })
    expect(message).toMatchObject({ type: 'message', role: 'assistant', model, stop_reason: 'end_turn', stop_sequence: null, content: [{ type: 'text', text: 'Hello to you' }] })
    expect(message.usage).toMatchObject({ input_tokens: 16, cache_read_input_tokens: 5, output_tokens: 3 })
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain('Be brief.')
  })

  test('streams with its helper, in the order of the protocol, to the same message', async () => {
    bench.engine.play(() => ({ text: 'one two three four' }))
    const stream = bench.anthropic.messages.stream(asked)
    const pieces: string[] = []
    const events: RawMessageStreamEvent[] = []
    stream.on('text', (piece) => void pieces.push(piece))
    stream.on('streamEvent', (event) => void events.push(event))
    const message = await stream.finalMessage()
    expect(message).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'one two three four' }] })
    expect(message.usage.output_tokens).toBe(4)
    expect(pieces.length).toBeGreaterThan(1)
    expect(kindsOf(events)).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop'])
  })

  test.each([false, true])('shows what the model thought as a block of its own (streamed: %s)', async (isStreamed) => {
    bench.engine.play(() => ({ reasoning: 'They greet me.', text: 'Hello' }))
    const thinking = { ...asked, thinking: { type: 'enabled' as const, budget_tokens: 1024 } }
    const message = isStreamed ? await bench.anthropic.messages.stream(thinking).finalMessage() : await bench.anthropic.messages.create(thinking)
    expect(message.content).toMatchObject([{ type: 'thinking', thinking: 'They greet me.' }, { type: 'text', text: 'Hello' }])
    if (speaks === 'messages') expect(message.content[0]).toMatchObject({ signature: 'signature-1' })
  })

  test.each([false, true])('calls parallel tools, gives their results back, and gets the answer (streamed: %s)', async (isStreamed) => {
    bench.engine.play((seen) => ({ reasoning: 'Scales are needed.', ...weighing(seen) }))
    const ask = (turns: MessageParam[]) => {
      const request = { model, max_tokens: 4096, messages: turns, tools: [{ name: molarMass.name, description: molarMass.description, input_schema: molarMass.parameters as { type: 'object' } }], thinking: { type: 'enabled' as const, budget_tokens: 1024 } }
      return isStreamed ? bench.anthropic.messages.stream(request).finalMessage() : bench.anthropic.messages.create(request)
    }
    const turns: MessageParam[] = [{ role: 'user', content: 'Weigh water and ethanol.' }]
    const first = await ask(turns)
    expect(first.stop_reason).toBe('tool_use')
    const uses = first.content.filter((block) => block.type === 'tool_use')
    expect(uses.map(({ input }) => input)).toEqual([{ formula: 'H2O' }, { formula: 'C2H6O' }])
    turns.push({ role: 'assistant', content: first.content }, { role: 'user', content: uses.map(({ id, input }) => ({ type: 'tool_result', tool_use_id: id, content: molarMass.run(input as { formula: string }) })) })
    expect((await ask(turns)).content.at(-1)).toMatchObject({ type: 'text', text: weighed })
  })

  test('runs its own loop of tools', async () => {
    bench.engine.play(weighing)
    const tool = betaTool({ name: molarMass.name, description: molarMass.description, inputSchema: { ...molarMass.parameters, required: ['formula'] as const, properties: { formula: { type: 'string' } as const } }, run: ({ formula }) => molarMass.run({ formula }) })
    const message = await bench.anthropic.beta.messages.toolRunner({ ...asked, messages: [{ role: 'user', content: 'Weigh water and ethanol.' }], tools: [tool] })
    expect(message.content).toMatchObject([{ type: 'text', text: weighed }])
  })

  test('sends an image, which reaches the cluster whole', async () => {
    bench.engine.play(() => ({ text: 'a red dot' }))
    const content = [{ type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: dot } }, { type: 'text' as const, text: 'What is it?' }]
    expect((await bench.anthropic.messages.create({ ...asked, messages: [{ role: 'user', content }] })).content).toMatchObject([{ type: 'text', text: 'a red dot' }])
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain(dot)
  })

  test('counts tokens before it asks', async () => {
    const { input_tokens: tokens } = await bench.anthropic.messages.countTokens({ model, messages })
    expect(tokens).toBeGreaterThan(0)
    if (speaks === 'messages') expect(tokens).toBe(42)
  })

  test('throws its own error for a model that is not there', async () => {
    const failure: unknown = await bench.anthropic.messages.create({ ...asked, model: 'nothing' }).catch((cause: unknown) => cause)
    expect(failure).toBeInstanceOf(NotFoundError)
    expect(failure).toMatchObject({ error: { type: 'error', error: { type: 'not_found_error' } } })
  })
})
