import { zodTextFormat } from 'openai/helpers/zod'
import type { Response, ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dot, model, molarMass, startBench, tongues, weighed, weighing, type Bench } from './bench'

let bench: Bench
const tool = { type: 'function' as const, name: molarMass.name, description: molarMass.description, parameters: molarMass.parameters, strict: true }
const place = z.object({ city: z.string(), people: z.number() })

/** Runs of the same type are one. */
const kindsOf = (events: readonly ResponseStreamEvent[]): string[] => events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])

describe.each(tongues)('the openai client, Responses, over a cluster that speaks %s only', (speaks) => {
  beforeEach(async () => {
    bench = await startBench(speaks)
  })
  afterEach(() => bench.close())

  test('gets a whole response with its usage', async () => {
    bench.engine.play(({ question }) => ({ text: `${question} to you` }))
    const response = await bench.openai.responses.create({ model, input: 'Hello', instructions: 'Be brief.', store: false })
    expect(response).toMatchObject({ object: 'response', model, status: 'completed', output_text: 'Hello to you', error: null, incomplete_details: null })
    expect(response.output).toMatchObject([{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hello to you', annotations: [] }] }])
    expect(response.usage).toMatchObject({ input_tokens: 21, input_tokens_details: { cached_tokens: 5 }, output_tokens: 3, total_tokens: 24 })
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain('Be brief.')
  })

  test('streams in the order that its helper expects, numbered without a gap', async () => {
    bench.engine.play(() => ({ reasoning: 'They greet me.', text: 'one two three' }))
    const events: ResponseStreamEvent[] = []
    const stream = bench.openai.responses.stream({ model, input: 'Hello', store: false })
    stream.on('event', (event) => void events.push(event))
    const final = await stream.finalResponse()
    expect(final.output_text).toBe('one two three')
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message'])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index))
    const kinds = kindsOf(events)
    expect(kinds.slice(0, 2)).toEqual(['response.created', 'response.in_progress'])
    expect(kinds.slice(-6)).toEqual(['response.content_part.added', 'response.output_text.delta', 'response.output_text.done', 'response.content_part.done', 'response.output_item.done', 'response.completed'])
  })

  test.each([false, true])('goes round a loop of parallel tools (streamed: %s)', async (isStreamed) => {
    bench.engine.play(weighing)
    const input: ResponseInputItem[] = [{ role: 'user', content: 'Weigh water and ethanol.' }]
    const ask = async (): Promise<Response> => {
      const asked = { model, input, tools: [tool], store: false }
      return isStreamed ? await bench.openai.responses.stream(asked).finalResponse() : await bench.openai.responses.create(asked)
    }
    const first = await ask()
    const calls = first.output.filter((item) => item.type === 'function_call')
    expect(calls.map((call) => call.arguments)).toEqual(['{"formula":"H2O"}', '{"formula":"C2H6O"}'])
    input.push(...(first.output as ResponseInputItem[]))
    for (const call of calls) input.push({ type: 'function_call_output', call_id: call.call_id, output: molarMass.run(JSON.parse(call.arguments) as { formula: string }) })
    expect((await ask()).output_text).toBe(weighed)
  })

  test('goes on from a response that was kept, and not from one that was not', async () => {
    bench.engine.play(({ body }) => ({ text: `${body.messages.filter(({ role }) => role === 'user').length} so far` }))
    const first = await bench.openai.responses.create({ model, input: 'one' })
    const second = await bench.openai.responses.create({ model, input: 'two', previous_response_id: first.id })
    expect(second).toMatchObject({ output_text: '2 so far', previous_response_id: first.id })
    const third = await bench.openai.responses.stream({ model, input: 'three', previous_response_id: second.id }).finalResponse()
    expect(third.output_text).toBe('3 so far')
    const unkept = await bench.openai.responses.create({ model, input: 'one', store: false })
    const failure: unknown = await bench.openai.responses.create({ model, input: 'two', previous_response_id: unkept.id }).catch((cause: unknown) => cause)
    expect(failure).toMatchObject({ status: 400, param: 'previous_response_id' })
  })

  test('goes on after a call of a tool with its result alone', async () => {
    bench.engine.play(weighing)
    const first = await bench.openai.responses.create({ model, input: 'Weigh water and ethanol.', tools: [tool] })
    const input = first.output.flatMap((item): ResponseInputItem[] => (item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: molarMass.run(JSON.parse(item.arguments) as { formula: string }) }] : []))
    expect((await bench.openai.responses.create({ model, input, tools: [tool], previous_response_id: first.id })).output_text).toBe(weighed)
  })

  test('parses structured output by its schema, whole and streamed', async () => {
    bench.engine.play(() => ({ text: '{"city":"Lemont","people":17629}' }))
    const asked = { model, input: 'Where?', text: { format: zodTextFormat(place, 'place') }, store: false }
    expect((await bench.openai.responses.parse(asked)).output_parsed).toEqual({ city: 'Lemont', people: 17629 })
    expect((await bench.openai.responses.stream(asked).finalResponse()).output_parsed).toEqual({ city: 'Lemont', people: 17629 })
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain('"people":{"type":"number"')
  })

  test('sends an image, which reaches the cluster whole', async () => {
    bench.engine.play(() => ({ text: 'a red dot' }))
    const content = [{ type: 'input_text' as const, text: 'What is it?' }, { type: 'input_image' as const, detail: 'auto' as const, image_url: `data:image/png;base64,${dot}` }]
    expect((await bench.openai.responses.create({ model, input: [{ role: 'user', content }], store: false })).output_text).toBe('a red dot')
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain(dot)
  })
})
