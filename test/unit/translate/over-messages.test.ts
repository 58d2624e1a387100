import { describe, expect, it } from 'vitest'
import { translatorFor } from '@main/translate/translate'
import { bodies, context, translateStream } from './support'

const chat = translatorFor('chat_completions', 'messages')
const ask = (fields: object) => chat.request({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields }).body

describe('a chat request to a cluster that speaks Messages', () => {
  it('puts all instructions into the system prompt and gathers results and words into one message', () => {
    expect(ask({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }, { type: 'image_url', image_url: { url: 'https://x/y.png' } }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'a', arguments: '{"x":1}' } }, { id: 'c2', type: 'function', function: { name: 'b', arguments: '' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        { role: 'tool', tool_call_id: 'c2', content: 'two' },
        { role: 'user', content: 'go on' },
      ],
    })).toMatchObject({
      system: [{ type: 'text', text: 'Be brief.' }, { type: 'text', text: 'Be kind.' }],
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }, { type: 'image', source: { type: 'url', url: 'https://x/y.png' } }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'a', input: { x: 1 } }, { type: 'tool_use', id: 'c2', name: 'b', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ text: 'one' }] }, { type: 'tool_result', tool_use_id: 'c2', content: [{ text: 'two' }] }, { type: 'text', text: 'go on' }] },
      ],
    })
  })

  it('takes a data URL whose text is escaped wrongly for a mistake of the request', () => {
    expect(() => ask({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/svg+xml,%zz' } }] }] })).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'messages' }) as Error)
  })

  it('names the part that the protocol has no word for', () => {
    expect(() => ask({ messages: [{ role: 'user', content: [{ type: 'text', text: 'listen' }, { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages[0].content[1].type', message: expect.stringContaining('which speaks another protocol') as string }) as Error,
    )
  })

  it('says how many tokens the answer may have even where the caller does not', () => {
    expect(ask({})['max_tokens']).toBeGreaterThan(0)
  })

  it('thinks within the limit, and then sends no temperature, which the protocol refuses', () => {
    const body = ask({ reasoning_effort: 'high', max_completion_tokens: 3000, temperature: 0.2 })
    expect(body['thinking']).toEqual({ type: 'enabled', budget_tokens: 2999 })
    expect(body).not.toHaveProperty('temperature')
  })

  it('sends no other field either that the protocol refuses while it thinks, and names it', () => {
    const { body, dropped } = chat.request({ model: 'm', messages: [{ role: 'user', content: 'hi' }], reasoning_effort: 'low', top_k: 5, top_p: 0.5, temperature: 0.2 })
    expect(body).toMatchObject({ thinking: { type: 'enabled' } })
    for (const name of ['top_k', 'top_p', 'temperature']) expect([name in body, dropped]).toEqual([false, expect.arrayContaining([name])])
    expect(ask({ reasoning_effort: 'none', top_k: 5 })).toMatchObject({ top_k: 5 })
  })

  it('does not think while results of calls are given that came without signed reasoning, and says so', () => {
    const call = { role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'a', arguments: '{}' } }] }
    const looping = [{ role: 'user', content: 'weigh it' }, call, { role: 'tool', tool_call_id: 'c1', content: '46' }]
    const tools = [{ type: 'function', function: { name: 'a' } }]
    const { body, dropped } = chat.request({ model: 'm', messages: looping, reasoning_effort: 'high', tools })
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning_effort', 'reasoning'])
    expect(ask({ messages: [...looping, { role: 'assistant', content: '46 g/mol' }, { role: 'user', content: 'and now?' }], reasoning_effort: 'high', tools })).toHaveProperty('thinking')
  })

  it('goes on thinking where the reasoning before the calls is signed', () => {
    const { body } = translatorFor('responses', 'messages').request({
      model: 'm',
      input: [
        { role: 'user', content: 'weigh it' },
        { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }], encrypted_content: 'sig' },
        { type: 'function_call', call_id: 'c1', name: 'a', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: '46' },
      ],
      reasoning: { effort: 'high' },
    })
    expect(body).toMatchObject({ thinking: { type: 'enabled' } })
  })

  it('does not think where there is no room, or where a tool is forced', () => {
    expect(ask({ reasoning_effort: 'high', max_tokens: 100 })).not.toHaveProperty('thinking')
    const tools = [{ type: 'function', function: { name: 'a' } }]
    expect(ask({ reasoning_effort: 'high', tools, tool_choice: 'required' })).not.toHaveProperty('thinking')
  })
})

describe('reasoning that a Messages server signed', () => {
  const said = [
    { type: 'message_start', message: { usage: { input_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'dark' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ].map((body) => ({ data: JSON.stringify(body) }))

  it('comes back to it as it was by way of a Responses client, also where its text is kept secret', () => {
    const output = (bodies(translateStream('responses', 'messages', said, context())).at(-1) as { response: { output: object[] } }).response.output
    const { body } = translatorFor('responses', 'messages').request({ model: 'm', input: [{ role: 'user', content: 'hi' }, ...output, { role: 'user', content: 'on' }] })
    expect(body['messages']).toMatchObject([{ role: 'user' }, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }, { type: 'redacted_thinking', data: 'dark' }] }, { role: 'user' }])
  })
})
