import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { tooManyRequests } from '../../doubles/scripted/behaviour'
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../../doubles/openai-server/openai-server'

const model = 'double-model'
const weather = { name: 'weather', arguments: '{"city":"Argonne","days":3}' }

describe('the OpenAI-compatible double, to the official client', () => {
  let double: OpenAiServer
  afterEach(() => double.close())
  const start = async (options: OpenAiServerOptions = {}): Promise<OpenAI> => {
    double = await startOpenAiServer(options)
    return new OpenAI({ baseURL: double.url, apiKey: 'sk', maxRetries: 0 })
  }

  it('streams reasoning, text and calls of Chat Completions that add up to the whole answer', async () => {
    const client = await start()
    double.behave({ kind: 'answer', text: 'let me look', reasoning: 'the person asks', calls: [weather, { ...weather, id: 'call_x' }], cachedTokens: 1 })
    const asked = { model, messages: [{ role: 'user' as const, content: 'how is it' }] }
    const whole = await client.chat.completions.create(asked)
    const streamed = await client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } }).finalChatCompletion()
    expect(streamed.choices[0]?.message).toMatchObject({ content: 'let me look', tool_calls: whole.choices[0]?.message.tool_calls })
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls')
    expect(streamed.usage).toEqual(whole.usage)
    expect(whole).toMatchObject({ choices: [{ message: { reasoning_content: 'the person asks' } }], usage: { prompt_tokens: 3, prompt_tokens_details: { cached_tokens: 1 } } })
  })

  it('streams Responses whose events add up to the whole response', async () => {
    const client = await start()
    double.behave({ kind: 'answer', text: 'let me look', reasoning: 'the person asks', calls: [weather] })
    const whole = await client.responses.create({ model, input: 'how is it' })
    const stream = client.responses.stream({ model, input: 'how is it' })
    const types: string[] = []
    const numbers: number[] = []
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type)
      numbers.push(event.sequence_number)
    }
    const final = await stream.finalResponse()
    expect(final.output_text).toBe('let me look')
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call'])
    expect(final.output).toMatchObject(whole.output)
    expect(final.usage).toEqual(whole.usage)
    expect(numbers).toEqual(numbers.map((_, index) => index))
    expect(types).toEqual([
      'response.created', 'response.in_progress',
      'response.output_item.added', 'response.reasoning_summary_part.added', 'response.reasoning_summary_text.delta', 'response.reasoning_summary_text.done', 'response.reasoning_summary_part.done', 'response.output_item.done',
      'response.output_item.added', 'response.content_part.added', 'response.output_text.delta', 'response.output_text.done', 'response.content_part.done', 'response.output_item.done',
      'response.output_item.added', 'response.function_call_arguments.delta', 'response.function_call_arguments.done', 'response.output_item.done',
      'response.completed',
    ])
  })

  it('says that a response was cut at its limit', async () => {
    const client = await start()
    double.behave({ kind: 'answer', text: 'and so', finish: 'length' })
    expect(await client.responses.stream({ model, input: 'on' }).finalResponse()).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
  })

  it('continues a prompt, whole and streamed', async () => {
    const client = await start()
    double.behave({ kind: 'answer', text: 'upon a time' })
    expect(await client.completions.create({ model, prompt: 'once' })).toMatchObject({ choices: [{ text: 'upon a time', finish_reason: 'stop' }], usage: { total_tokens: 4 } })
    let text = ''
    for await (const chunk of await client.completions.create({ model, prompt: 'once', stream: true })) text += chunk.choices[0]?.text ?? ''
    expect(text).toBe('upon a time')
  })

  it('embeds the same text to the same vector, in both encodings', async () => {
    const client = await start()
    const encoded = await client.embeddings.create({ model, input: ['a', 'b', 'a'], dimensions: 3 })
    const plain = await client.embeddings.create({ model, input: 'a', dimensions: 3, encoding_format: 'float' })
    const [first, second, third] = encoded.data.map(({ embedding }) => embedding)
    expect(first).toEqual(third)
    expect(first).not.toEqual(second)
    plain.data[0]?.embedding.forEach((part, index) => expect(part).toBeCloseTo(first?.[index] ?? NaN, 6))
  })

  it('plans an answer by what was asked, for a loop of tools', async () => {
    const client = await start()
    double.behave((body) => (JSON.stringify(body).includes('"tool"') ? { kind: 'answer', text: 'sunny' } : { kind: 'answer', calls: [weather] }))
    const question = { role: 'user' as const, content: 'how is it' }
    const first = await client.chat.completions.create({ model, messages: [question] })
    const call = first.choices[0]!.message
    const second = await client.chat.completions.create({ model, messages: [question, call, { role: 'tool', tool_call_id: call.tool_calls![0]!.id, content: '21' }] })
    expect(second.choices[0]?.message.content).toBe('sunny')
  })

  it('refuses fields as a strict gateway does', async () => {
    const client = await start({ refuses: ['top_k'] })
    const refused = client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }], ...{ top_k: 3 } })
    await expect(refused).rejects.toMatchObject({ status: 422 })
    await expect((await fetch(`${double.url}/chat/completions`, { method: 'POST', body: JSON.stringify({ model, messages: [], top_k: 3 }) })).json()).resolves.toMatchObject({ detail: [{ type: 'extra_forbidden', loc: ['body', 'top_k'] }] })
  })

  it('has nothing but Chat Completions when it is told so', async () => {
    const client = await start({ chatOnly: true })
    await expect(client.responses.create({ model, input: 'hi' })).rejects.toMatchObject({ status: 404 })
    await expect(client.embeddings.create({ model, input: 'hi' })).rejects.toMatchObject({ status: 404 })
    expect((await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] })).choices).toHaveLength(1)
  })

  it('says how long to wait when it is busy', async () => {
    const client = await start()
    double.behaveOnce(tooManyRequests(7))
    const refused = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] }).catch((cause: unknown) => cause)
    expect(refused).toMatchObject({ status: 429 })
    expect((refused as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('7')
  })

  it.each(['chat', 'responses'])('fails mid-stream in the words of its protocol: %s', async (protocol) => {
    const client = await start()
    double.behave({ kind: 'error-mid-stream', afterTokens: 2, message: 'the engine is gone' })
    const read = protocol === 'chat'
      ? client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hi' }] }).finalChatCompletion()
      : client.responses.stream({ model, input: 'hi' }).finalResponse()
    await expect(read).rejects.toThrow('the engine is gone')
  })
})
