import { describe, expect, it } from 'vitest'
import { translatorFor } from '@main/translate/translate'
import { bodies, chatEvents, choice, context, translateStream } from './support'

const translator = translatorFor('messages', 'chat_completions')
const ask = (fields: object) => translator.request({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], ...fields })

describe('a Messages request to a cluster that speaks Chat Completions', () => {
  it('keeps the system prompt, the words and the limits', () => {
    const { body } = ask({ system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }], stop_sequences: ['END'], temperature: 0.5, stream: true })
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 100,
      temperature: 0.5,
      stop: ['END'],
    })
  })

  it('sends the results of tools before the words that came with them, and earlier thinking by both names that servers know it by', () => {
    const { body, dropped } = ask({
      messages: [
        { role: 'user', content: 'weigh it' },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: '' }, { type: 'text', text: 'Wait.' }, { type: 'tool_use', id: 't1', name: 'weigh', input: { smiles: 'CCO' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: '46.07' }] }, { type: 'text', text: 'go on' }] },
      ],
    })
    expect(body['messages']).toEqual([
      { role: 'user', content: 'weigh it' },
      { role: 'assistant', content: 'Wait.', reasoning: 'hm', reasoning_content: 'hm', tool_calls: [{ id: 't1', type: 'function', function: { name: 'weigh', arguments: '{"smiles":"CCO"}' } }] },
      { role: 'tool', tool_call_id: 't1', content: '46.07' },
      { role: 'user', content: 'go on' },
    ])
    expect(dropped).toEqual([])
  })

  it('says that thinking does not get there where the server takes none, or where only its first server can read it', () => {
    const thought = (block: object) => ({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: [block, { type: 'text', text: 'Yes.' }] }, { role: 'user', content: 'on' }] })
    const untaken = translator.request(thought({ type: 'thinking', thinking: 'hm', signature: 's' }), { chat: { reasoningFields: [] } })
    expect([untaken.dropped, (untaken.body['messages'] as object[])[1]]).toEqual([['reasoning'], { role: 'assistant', content: 'Yes.' }])
    expect(translator.request(thought({ type: 'redacted_thinking', data: 'dark' })).dropped).toEqual(['reasoning'])
  })

  it('shows an image that a tool gave back in a message of the user', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
    const { body } = ask({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [image] }] }] })
    expect(body['messages']).toEqual([
      { role: 'tool', tool_call_id: 't1', content: '' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ])
  })

  it('keeps tools and the choice among them, and names the ones only Anthropic runs', () => {
    const { body, dropped } = ask({
      tools: [{ name: 'weigh', description: 'Weighs.', input_schema: { type: 'object' } }, { type: 'web_search_20250305', name: 'web_search' }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    })
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'weigh', description: 'Weighs.', parameters: { type: 'object' } } }])
    expect(body['tool_choice']).toBe('required')
    expect(body['parallel_tool_calls']).toBe(false)
    expect(dropped).toEqual(['tools.web_search_20250305'])
  })

  it('names the effort that a budget of thinking stands for, and the schema of a structured answer', () => {
    const { body } = ask({ thinking: { type: 'enabled', budget_tokens: 5000 }, output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } })
    expect(body['reasoning_effort']).toBe('medium')
    expect(body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } })
  })

  it('passes what engines add and names what has no place', () => {
    const { body, dropped } = ask({ top_k: 5, container: 'c1' })
    expect(body['top_k']).toBe(5)
    expect(body).not.toHaveProperty('container')
    expect(dropped).toEqual(['container'])
  })

  it('refuses a block it does not know by its place', () => {
    expect(() => ask({ messages: [{ role: 'user', content: [{ type: 'smell' }] }] })).toThrow(expect.objectContaining({ code: 'invalid_request', param: expect.stringContaining('messages[0]') as string }))
  })
})

describe('the answer of such a cluster as a message', () => {
  it('has thinking, text, calls, the reason and the usage with what was cached', () => {
    const answer = translator.answer(
      {
        choices: [{ message: { content: '<think>hm</think>\n\nSure.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weigh', arguments: '{"a":1}' } }] }, finish_reason: 'tool_calls' }],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } },
      },
      context(),
    )
    expect(answer).toEqual({
      id: 'msg_a1',
      type: 'message',
      role: 'assistant',
      model: 'asked-model',
      content: [{ type: 'thinking', thinking: 'hm', signature: '' }, { type: 'text', text: 'Sure.' }, { type: 'tool_use', id: 'c1', name: 'weigh', input: { a: 1 } }],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 6, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 5 },
    })
  })

  it('says a refusal by its reason', () => {
    expect(translator.answer({ choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }] }, context())).toMatchObject({ content: [{ type: 'text', text: 'No.' }], stop_reason: 'refusal' })
  })

  it('says which sequence stopped it, where the engine does', () => {
    expect(translator.answer({ choices: [{ message: { content: 'a' }, finish_reason: 'stop', stop_reason: 'END' }] }, context())).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' })
  })
})

describe('the stream of such a cluster as events of a message', () => {
  it('ends every block before the next begins', () => {
    const events = translateStream('messages', 'chat_completions', chatEvents(
      choice({ role: 'assistant', content: '' }),
      choice({ reasoning: 'hm' }),
      choice({ content: 'Su' }),
      choice({ content: 're.' }),
      choice({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'weigh', arguments: '' } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      choice({}, 'tool_calls'),
      { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } },
    ))
    expect(events.every(({ name, data }) => name === (JSON.parse(data) as { type: string }).type)).toBe(true)
    expect(bodies(events)).toEqual([
      { type: 'message_start', message: expect.objectContaining({ id: 'msg_a1', role: 'assistant', content: [], stop_reason: null }) as object },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Su' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 're.' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'c1', name: 'weigh', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a"' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: ':1}' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 } },
      { type: 'message_stop' },
    ])
  })

  it('puts mixed arguments of parallel calls in order', () => {
    const call = (index: number, rest: object) => choice({ tool_calls: [{ index, ...rest }] })
    const events = bodies(translateStream('messages', 'chat_completions', chatEvents(
      call(0, { id: 'c0', function: { name: 'a', arguments: '{"x"' } }),
      call(1, { id: 'c1', function: { name: 'b', arguments: '{"y"' } }),
      call(0, { function: { arguments: ':0}' } }),
      call(1, { function: { arguments: ':1}' } }),
      choice({}, 'tool_calls'),
    )))
    const pieces = events.filter(({ type }) => type === 'content_block_delta').map(({ index, delta }) => [index, (delta as { partial_json: string }).partial_json])
    expect(pieces).toEqual([[0, '{"x"'], [0, ':0}'], [1, '{"y"'], [1, ':1}']])
    expect(events.map(({ type }) => type)).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop', 'content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop'])
  })

  it('takes brackets and quotation marks inside the text of arguments for no end of them', () => {
    const call = (index: number, rest: object) => choice({ tool_calls: [{ index, ...rest }] })
    const events = bodies(translateStream('messages', 'chat_completions', chatEvents(
      call(0, { id: 'c0', function: { name: 'a', arguments: '{"x":"}]\\' } }),
      call(1, { id: 'c1', function: { name: 'b', arguments: '{}' } }),
      call(0, { function: { arguments: '"}' } }),
      call(0, { function: { arguments: '"}' } }),
      choice({}, 'tool_calls'),
    )))
    expect(events.filter(({ type }) => type === 'content_block_delta').map(({ index }) => index)).toEqual([0, 0, 0, 1])
  })

  it('tells an error in the middle and nothing after it', () => {
    const events = bodies(translateStream('messages', 'chat_completions', chatEvents(choice({ content: 'a' }), { error: { message: 'CUDA error' } }, choice({ content: 'b' }))))
    expect(events.at(-1)).toEqual({ type: 'error', error: { type: 'api_error', message: 'The server failed while it answered: CUDA error' } })
    expect(events.filter(({ type }) => type === 'content_block_delta')).toHaveLength(1)
  })

  it('is an error where the answer ends before it is whole', () => {
    expect(bodies(translateStream('messages', 'chat_completions', [{ data: JSON.stringify(choice({ content: 'a' })) }])).at(-1)).toMatchObject({ type: 'error' })
  })

  it('is an error where the cluster sends what is no chunk', () => {
    expect(bodies(translateStream('messages', 'chat_completions', [{ data: 'not json' }]))).toEqual([{ type: 'error', error: { type: 'api_error', message: 'The server sent an event that is not JSON.' } }])
  })
})
