import type { RunningEngine } from '@main/engines/engine'
import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, createWorkbench, greeting, modelId, post, type Workbench } from './workbench'

const messages = [{ role: 'user' as const, content: 'hi' }]

describe('a loaded GGUF model', () => {
  let bench: Workbench
  let engine: RunningEngine

  beforeAll(async () => {
    bench = await createWorkbench()
    engine = await bench.start({ file: await bench.model('greeting.gguf', { says: greeting }) })
  })
  afterAll(() => bench.close())

  it('is listed under its id', async () => {
    const models = await clientOf(engine).models.list()
    expect(models.data.map((model) => model.id)).toEqual([modelId])
  })

  it('answers whole, with usage', async () => {
    const answer = await clientOf(engine).chat.completions.create({ model: modelId, messages, temperature: 0 })
    expect(answer.object).toBe('chat.completion')
    expect(answer.choices).toHaveLength(1)
    expect(answer.choices[0]).toMatchObject({ index: 0, message: { role: 'assistant', content: 'Hello 🙂, you' }, finish_reason: 'stop' })
    expect(answer.usage?.completion_tokens).toBeGreaterThanOrEqual(greeting.length)
    expect(answer.usage?.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens)
  })

  it('streams the same answer, whole characters only, and ends with the usage that was asked for', async () => {
    const client = clientOf(engine)
    const whole = await client.chat.completions.create({ model: modelId, messages, temperature: 0 })
    const stream = await client.chat.completions.create({ model: modelId, messages, temperature: 0, stream: true, stream_options: { include_usage: true } })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const pieces = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? ''))
    expect(pieces.join('')).toBe('Hello 🙂, you')
    expect(pieces).toContain('🙂')
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1)
  })

  it('sends no usage in a stream that did not ask for it', async () => {
    const stream = await clientOf(engine).chat.completions.create({ model: modelId, messages, temperature: 0, stream: true })
    for await (const chunk of stream) {
      expect(chunk.choices).toHaveLength(1)
      expect(chunk.usage ?? null).toBeNull()
    }
  })

  it.each(['max_tokens', 'max_completion_tokens'])('ends with `length` at %s, and leaves out half a character', async (field) => {
    const answer = await clientOf(engine).chat.completions.create({ model: modelId, messages, temperature: 0, [field]: 4 })
    expect(answer.choices[0]).toMatchObject({ message: { content: 'Hello ' }, finish_reason: 'length' })
    expect(answer.usage?.completion_tokens).toBe(4)
  })

  it('ends before a stop text, also one that spans tokens', async () => {
    const client = clientOf(engine)
    const whole = await client.chat.completions.create({ model: modelId, messages, temperature: 0, stop: ['🙂, y'] })
    expect(whole.choices[0]).toMatchObject({ message: { content: 'Hello ' }, finish_reason: 'stop' })
    let streamed = ''
    for await (const chunk of await client.chat.completions.create({ model: modelId, messages, temperature: 0, stop: ['🙂, y'], stream: true }))
      streamed += chunk.choices[0]?.delta.content ?? ''
    expect(streamed).toBe('Hello ')
  })

  it('gives JSON of the schema that was asked for', async () => {
    const schema = { type: 'object', properties: { sunny: { type: 'boolean' } }, required: ['sunny'], additionalProperties: false }
    const answer = await clientOf(engine).chat.completions.create({
      model: modelId,
      messages,
      temperature: 0,
      max_completion_tokens: 100,
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema } },
    })
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ sunny: expect.any(Boolean) as boolean })
  })

  it('gives the same answer for the same seed', async () => {
    const noise = await bench.start({ file: await bench.model('noise.gguf') })
    const ask = async (seed: number) => (await post(noise, { model: modelId, messages, temperature: 1, seed, max_tokens: 24 })).body
    const first = await ask(7)
    expect(contentOf(await ask(7))).toBe(contentOf(first))
    expect(contentOf(await ask(8))).not.toBe(contentOf(first))
  })

  it('ends an answer that fills the context with `length`', async () => {
    const small = await bench.start({ file: await bench.model('forever.gguf', { says: ['on', ' and'], forever: true }), contextTokens: 256 })
    const answer = await clientOf(small).chat.completions.create({ model: modelId, messages, temperature: 0 })
    expect(answer.choices[0]?.finish_reason).toBe('length')
    expect(answer.usage?.total_tokens).toBeLessThanOrEqual(257)
  })

  it('answers with tool calls, whole and streamed', async () => {
    const file = await bench.model('tools.gguf', {
      says: ['<tool_call>', '\n{"name": "sum", "arguments": ', '{"a": 1', ', "b": 2}', '}\n', '</tool_call>'],
      chatTemplate: toolTemplate,
    })
    const client = clientOf(await bench.start({ file }))
    const tools: OpenAI.ChatCompletionTool[] = [
      {
        type: 'function',
        function: { name: 'sum', parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] } },
      },
    ]
    const whole = await client.chat.completions.create({ model: modelId, messages, temperature: 0, tools })
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls')
    const [call] = whole.choices[0]?.message.tool_calls ?? []
    expect(call).toMatchObject({ type: 'function', id: expect.stringMatching(/^call_/) as string, function: { name: 'sum' } })
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ a: 1, b: 2 })

    const runner = client.chat.completions.stream({ model: modelId, messages, temperature: 0, tools })
    const streamed = await runner.finalChatCompletion()
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls')
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'sum', arguments: call?.type === 'function' ? call.function.arguments : '' } })
  })

  it('keeps what a model thinks apart from what it says', async () => {
    const file = await bench.model('thinking.gguf', { says: ['<think>', 'hm', '</think>', 'Yes'], chatTemplate: thinkingTemplate })
    const answer = await clientOf(await bench.start({ file })).chat.completions.create({ model: modelId, messages, temperature: 0 })
    expect(answer.choices[0]?.message).toMatchObject({ content: 'Yes', reasoning_content: 'hm' })
  })
})

const contentOf = (answer: unknown) => (answer as OpenAI.ChatCompletion).choices[0]?.message.content

const toolTemplate = `{% if tools %}tools: {{ tools | tojson }}
{% endif %}{% for message in messages %}{{ message.role }}: {{ message.content or '' }}{% if message.tool_calls %}{% for tool_call in message.tool_calls %}<tool_call>
{"name": "{{ tool_call.function.name }}", "arguments": {{ tool_call.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}
{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}`

const thinkingTemplate = `{% for message in messages %}{% if message.role == 'assistant' %}assistant:{% if message.reasoning_content %}<think>{{ message.reasoning_content }}</think>{% endif %}{{ message.content }}
{% else %}{{ message.role }}: {{ message.content }}
{% endif %}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}`
