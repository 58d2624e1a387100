import { NotFoundError } from 'openai'
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dot, model, molarMass, startBench, tongues, weighed, weighing, type Bench } from './bench'

let bench: Bench
const messages = [{ role: 'user' as const, content: 'Hello' }]
const tool: RunnableToolFunctionWithParse<{ formula: string }> = {
  type: 'function',
  function: { name: molarMass.name, description: molarMass.description, parameters: molarMass.parameters, parse: (text) => z.object({ formula: z.string() }).parse(JSON.parse(text)), function: molarMass.run },
}
const place = z.object({ city: z.string(), people: z.number() })

describe.each(tongues)('the openai client, Chat Completions, over a cluster that speaks %s only', (speaks) => {
  beforeEach(async () => {
    bench = await startBench(speaks)
  })
  afterEach(() => bench.close())

  test('lists the model with what its cluster serves itself', async () => {
    const { data } = await bench.openai.models.list()
    expect(data.find(({ id }) => id === model)).toMatchObject({ operations: { chat_completions: ['chat_completions', 'completions', 'embeddings'], messages: ['messages', 'count_tokens'] }[speaks] })
  })

  test('gets a whole answer with its usage', async () => {
    bench.engine.play(({ question }) => ({ text: `${question} to you` }))
    const answer = await bench.openai.chat.completions.create({ model, messages })
    expect(answer).toMatchObject({ object: 'chat.completion', model, choices: [{ index: 0, message: { role: 'assistant', content: 'Hello to you' }, finish_reason: 'stop' }] })
    expect(answer.usage).toMatchObject({ prompt_tokens: 21, completion_tokens: 3, total_tokens: 24, prompt_tokens_details: { cached_tokens: 5 } })
  })

  test('streams with its helper, which folds the pieces to the same answer', async () => {
    bench.engine.play(() => ({ text: 'one two three four' }))
    const stream = bench.openai.chat.completions.stream({ model, messages, stream_options: { include_usage: true } })
    const pieces: string[] = []
    stream.on('content', (piece) => void pieces.push(piece))
    expect(await stream.finalContent()).toBe('one two three four')
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe('one two three four')
    expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 21, completion_tokens: 4 })
  })

  test('shows what the model thought beside what it says', async () => {
    bench.engine.play(() => ({ reasoning: 'They greet me.', text: 'Hello' }))
    const answer = await bench.openai.chat.completions.create({ model, messages })
    expect(answer.choices[0]?.message).toMatchObject({ content: 'Hello', reasoning_content: 'They greet me.' })
  })

  test.each([false, true])('runs a loop of parallel tools to its end (streamed: %s)', async (isStreamed) => {
    bench.engine.play(weighing)
    const asked = { model, messages: [{ role: 'user' as const, content: 'Weigh water and ethanol.' }], tools: [tool] }
    const runner = isStreamed ? bench.openai.chat.completions.runTools({ ...asked, stream: true }) : bench.openai.chat.completions.runTools(asked)
    expect(await runner.finalContent()).toBe(weighed)
    expect(runner.messages.filter(({ role }) => role === 'tool')).toHaveLength(2)
    expect(bench.engine.asked.map(({ tools }) => tools)).toEqual([[molarMass.name], [molarMass.name]])
  })

  test('parses structured output by its schema, which reaches the cluster', async () => {
    bench.engine.play(() => ({ text: '{"city":"Lemont","people":17629}' }))
    const answer = await bench.openai.chat.completions.parse({ model, messages, response_format: zodResponseFormat(place, 'place') })
    expect(answer.choices[0]?.message.parsed).toEqual({ city: 'Lemont', people: 17629 })
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain('"people":{"type":"number"')
  })

  test('sends an image, which reaches the cluster whole', async () => {
    bench.engine.play(() => ({ text: 'a red dot' }))
    const content = [{ type: 'text' as const, text: 'What is it?' }, { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${dot}` } }]
    const answer = await bench.openai.chat.completions.create({ model, messages: [{ role: 'user', content }] })
    expect(answer.choices[0]?.message.content).toBe('a red dot')
    expect(JSON.stringify(bench.engine.asked[0]?.body)).toContain(dot)
  })

  test('instructions of system and developer both reach the cluster', async () => {
    await bench.openai.chat.completions.create({ model, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'developer', content: 'Be kind.' }, ...messages] })
    const body = JSON.stringify(bench.engine.asked[0]?.body)
    expect(body).toContain('Be brief.')
    expect(body).toContain('Be kind.')
  })

  test('throws its own error, with our code, for a model that is not there', async () => {
    const failure: unknown = await bench.openai.chat.completions.create({ model: 'nothing', messages }).catch((cause: unknown) => cause)
    expect(failure).toBeInstanceOf(NotFoundError)
    expect(failure).toMatchObject({ code: 'model_not_found' })
  })
})

describe('the openai client, embeddings', () => {
  test('gets the vectors of the cluster, also in the compact form it asks for by itself', async () => {
    bench = await startBench('chat_completions')
    const { data, usage } = await bench.openai.embeddings.create({ model, input: ['two words', 'A'] })
    expect(data.map(({ embedding }) => embedding)).toEqual([[9, 2, 116], [1, 1, 65]])
    expect(usage.prompt_tokens).toBe(2)
    expect((await bench.openai.embeddings.create({ model, input: 'A', encoding_format: 'float' })).data[0]?.embedding).toEqual([1, 1, 65])
    await bench.close()
  })

  test('is told that a cluster of Messages has none', async () => {
    bench = await startBench('messages')
    const failure: unknown = await bench.openai.embeddings.create({ model, input: 'A' }).catch((cause: unknown) => cause)
    expect(failure).toMatchObject({ status: 400, code: 'unsupported_endpoint' })
    await bench.close()
  })
})
