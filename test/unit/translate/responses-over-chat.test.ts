import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { translatorFor } from '@main/translate/translate'
import { bodies, bytesOf, chatEvents, choice, context, translateStream } from './support'

const translator = translatorFor('responses', 'chat_completions')
const tools = [{ type: 'function', name: 'weigh', parameters: { type: 'object' } }, { type: 'custom', name: 'patch' }, { type: 'web_search' }]
const asked = translator.request({ model: 'm', input: 'hi', stream: true, tools })
const answering = context(asked.conversation)

const chunks = chatEvents(
  choice({ role: 'assistant', content: '' }),
  choice({ reasoning_content: 'hm' }),
  choice({ content: 'Su' }),
  choice({ content: 're.' }),
  choice({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'weigh', arguments: '{"a":' } }] }),
  choice({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
  choice({ tool_calls: [{ index: 1, id: 'c2', type: 'function', function: { name: 'patch', arguments: '{"input":"+ x"}' } }] }),
  choice({}, 'tool_calls'),
  { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 2 } } },
)

/** The official client, given these bytes as the answer. */
const clientOf = (bytes: Buffer) =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://localhost/v1', fetch: () => Promise.resolve(new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/event-stream' } })) })

describe('a Responses request to a cluster that speaks Chat Completions', () => {
  it('joins the items of one answer into one message, and the custom tool becomes a function of one string', () => {
    const { body, dropped } = translator.request({
      model: 'm',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'go' }, { type: 'input_image', image_url: 'https://x/y.png', detail: 'low' }] },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'zzz' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Wait.', annotations: [] }] },
        { type: 'function_call', call_id: 'c1', name: 'weigh', arguments: '{"a":1}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: '+ x' },
        { type: 'function_call_output', call_id: 'c1', output: '46' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: 'done' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      ],
      tools,
      tool_choice: { type: 'custom', name: 'patch' },
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'out', schema: { type: 'object' }, strict: true } },
      max_output_tokens: 9,
      store: false,
    })
    expect(body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'go' }, { type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } }] },
        {
          role: 'assistant',
          content: 'Wait.',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weigh', arguments: '{"a":1}' } },
            { id: 'c2', type: 'function', function: { name: 'patch', arguments: '{"input":"+ x"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '46' },
        { role: 'tool', tool_call_id: 'c2', content: 'done' },
      ],
      tools: [
        { type: 'function', function: { name: 'weigh', parameters: { type: 'object' } } },
        { type: 'function', function: { name: 'patch', parameters: expect.objectContaining({ required: ['input'] }) as object } },
      ],
      tool_choice: { type: 'function', function: { name: 'patch' } },
      response_format: { type: 'json_schema', json_schema: { name: 'out', schema: { type: 'object' }, strict: true } },
      reasoning_effort: 'low',
      max_tokens: 9,
    })
    expect(dropped).toEqual(['tools.web_search', 'input.web_search_call', 'reasoning'])
  })
})

describe('the stream of such a cluster as events of a response', () => {
  const events = translateStream('responses', 'chat_completions', chunks, answering)

  it('opens and closes every item and part in the order of the protocol, numbered', () => {
    expect(bodies(events).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.reasoning_text.delta',
      'response.reasoning_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.custom_tool_call_input.delta',
      'response.custom_tool_call_input.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(bodies(events).map((body) => body['sequence_number'])).toEqual(events.map((_, index) => index))
  })

  it('is put together by the official client as the response it ends with', async () => {
    const final = bodies(events).at(-1)?.['response'] as { output: object[] }
    const before = bytesOf(events.slice(0, -1))
    const last = { ...(JSON.parse(events.at(-1)!.data) as object) }
    const response = await clientOf(Buffer.concat([before, bytesOf([{ data: JSON.stringify(last) }])])).responses.stream({ model: 'm', input: 'hi' }).finalResponse()
    expect(response.output_text).toBe('Sure.')
    expect(response.output).toMatchObject(final.output)
    expect(response.usage).toMatchObject({ input_tokens: 10, output_tokens: 5, total_tokens: 15, output_tokens_details: { reasoning_tokens: 2 } })
    expect(response.output).toMatchObject([
      { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] },
      { type: 'message', content: [{ type: 'output_text', text: 'Sure.' }], status: 'completed' },
      { type: 'function_call', call_id: 'c1', name: 'weigh', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: '+ x' },
    ])
  })

  it('is the same response whole', () => {
    const whole = translator.answer({
      choices: [{
        message: { reasoning_content: 'hm', content: 'Sure.', tool_calls: [{ id: 'c1', function: { name: 'weigh', arguments: '{"a":1}' } }, { id: 'c2', function: { name: 'patch', arguments: '{"input":"+ x"}' } }] },
        finish_reason: 'tool_calls',
      }],
      usage: { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 2 } },
    }, answering)
    expect(bodies(events).at(-1)?.['response']).toEqual(whole)
  })

  it('is incomplete where a limit cut it', () => {
    const cut = bodies(translateStream('responses', 'chat_completions', chatEvents(choice({ content: 'a' }), choice({}, 'length')))).at(-1)
    expect(cut).toMatchObject({ type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [{ status: 'incomplete' }] } })
  })

  it('fails where the cluster fails in the middle', () => {
    const failed = bodies(translateStream('responses', 'chat_completions', chatEvents(choice({ content: 'a' }), { error: { message: 'gone' } }))).at(-1)
    expect(failed).toMatchObject({ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } })
  })
})

describe('a chat client over a cluster that speaks Messages', () => {
  it('is put together by the official client', async () => {
    const said = [
      { type: 'message_start', message: { usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 1 } } },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Sure.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't1', name: 'weigh', input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ].map((body) => ({ name: body.type, data: JSON.stringify(body) }))
    const bytes = bytesOf(translateStream('chat_completions', 'messages', said))
    const completion = await clientOf(bytes).chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion()
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'Sure.', tool_calls: [{ id: 't1', function: { name: 'weigh', arguments: '{"a":1}' } }] } })
    expect(completion.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } })
  })
})
