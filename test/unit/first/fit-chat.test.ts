import { fitChat } from '@main/clusters/first/fit-chat'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestSchemas } from '../../doubles/first-site/request-schemas'

const user = { role: 'user', content: 'hello' }
const chat = (rest: object): Record<string, unknown> => ({ model: 'm', messages: [user], ...rest })

describe('a chat request for a FIRST site', () => {
  test('stays as it is where the site takes it', () => {
    expect(fitChat(chat({ tools: [{ type: 'function', function: { name: 'f', parameters: {} } }], stream_options: { include_usage: true }, reasoning_effort: 'low', service_tier: 'auto' }))).toBeUndefined()
  })

  test('has the text of system, developer and tool messages in one piece', () => {
    const parts = [{ type: 'text', text: 'one' }, { type: 'text', text: 'two', cache_control: { type: 'ephemeral' } }]
    const messages = [{ role: 'system', content: parts }, { role: 'developer', content: parts }, { role: 'tool', tool_call_id: 'c', content: parts }]
    const fitted = fitChat(chat({ messages }))
    expect(fitted?.fields['messages']).toEqual([
      { role: 'system', content: 'one\n\ntwo' },
      { role: 'developer', content: 'one\n\ntwo' },
      { role: 'tool', tool_call_id: 'c', content: 'one\n\ntwo' },
    ])
    expect(fitted?.dropped).toEqual([])
  })

  test('has no keys that the site does not know, at any depth, and says which are left out', () => {
    const fitted = fitChat(
      chat({
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'see', cache_control: {} }, { type: 'image_url', image_url: { url: 'data:' } }] },
          { role: 'assistant', content: null, annotations: [], tool_calls: [{ id: 'c', type: 'function', index: 0, function: { name: 'f', arguments: '{}' } }] },
        ],
        tools: [{ type: 'function', function: { name: 'f', parameters: {}, cache_control: {} } }],
        stream_options: { include_usage: true, continuous_usage_stats: true },
        service_tier: 'flex',
      }),
    )
    expect(fitted?.dropped).toEqual(['messages.cache_control', 'messages.annotations', 'messages.index', 'tools.cache_control', 'stream_options.continuous_usage_stats', 'service_tier'])
    expect(requestSchemas['chat/completions'].safeParse(fitted?.fields).error).toBeUndefined()
  })

  test.each([
    ['minimal', 'low'],
    ['xhigh', 'high'],
    ['max', 'high'],
    ['none', undefined],
    ['of its own', 'of its own'],
  ])('has for the effort "%s" the nearest that the site has: %s', (asked, sent) => {
    const body = chat({ reasoning_effort: asked })
    expect((fitChat(body)?.fields ?? body)['reasoning_effort']).toBe(sent)
  })

  test('is left for the site to refuse where it cannot be said there', () => {
    const messages = [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }, 7, { role: 'wizard', spell: 1 }, { role: { toString: {} }, content: [{ type: { toString: {} } }] }]
    expect(fitChat(chat({ messages, reasoning_effort: 'toString' }))).toBeUndefined()
  })

  test('is fitted once for all, and never changes what it was made of', () => {
    fc.assert(
      fc.property(fc.record({ messages: fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('role', 'content', 'x'), fc.jsonValue()))), tools: fc.jsonValue(), stream_options: fc.jsonValue(), service_tier: fc.jsonValue(), reasoning_effort: fc.string() }), (body) => {
        const before = structuredClone(body)
        const fitted = fitChat(body)
        expect(body).toEqual(before)
        if (fitted !== undefined) expect(fitChat(fitted.fields)).toBeUndefined()
      }),
    )
  })
})
