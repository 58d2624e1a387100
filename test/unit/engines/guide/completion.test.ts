import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChatRequest } from '@main/engines/guide/chat-request'
import { chunkBodies, complete, tokensOf } from '@main/engines/guide/completion'

const head = { id: 'chatcmpl-1', created: 1, model: 'guide' }
const request = (fields: object): ReturnType<typeof parseChatRequest> =>
  parseChatRequest(JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 'tea?' }], ...fields }))

describe('tokens', () => {
  it('joined are the text, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => tokensOf(text).join('') === text))
  })

  it('are words and marks with the space before them', () => {
    expect(tokensOf('Brew it, 3 minutes.\n')).toEqual(['Brew', ' it', ',', ' 3', ' minutes', '.', '\n'])
  })
})

describe('a completion', () => {
  it('holds at most max_tokens tokens, and says `length` only if something is missing', () => {
    expect(complete(request({ max_tokens: 2 }), 'Brew it now', head)).toMatchObject({ tokens: ['Brew', ' it'], finishReason: 'length', usage: { completion_tokens: 2 } })
    expect(complete(request({ max_tokens: 3 }), 'Brew it now', head)).toMatchObject({ finishReason: 'stop', usage: { completion_tokens: 3 } })
  })

  it('ends before the first stop sequence that occurs; an empty one is none', () => {
    expect(complete(request({ stop: ['now', ' it'] }), 'Brew it now', head).tokens).toEqual(['Brew'])
    expect(complete(request({ stop: 'never' }), 'Brew it', head).tokens.join('')).toBe('Brew it')
    expect(complete(request({ stop: '' }), 'Brew it', head).tokens.join('')).toBe('Brew it')
  })

  it('counts a longer conversation as more tokens', () => {
    const count = (content: string): number => complete(request({ messages: [{ role: 'user', content }] }), '', head).usage.prompt_tokens
    expect(count('a'.repeat(400)) - count('')).toBe(100)
  })

  it('is streamed as role, tokens, finish reason and, if asked for, usage', () => {
    const completion = complete(request({}), 'Hot tea', head)
    expect([...chunkBodies(completion, true)]).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: 'Hot' } }] },
      { choices: [{ delta: { content: ' tea' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: completion.usage },
    ])
    expect([...chunkBodies(completion, false)]).toHaveLength(4)
  })
})

describe('a request', () => {
  it('may carry what only a model understands', () => {
    expect(request({ temperature: 0.2, tools: [], response_format: { type: 'text' }, seed: 1 })).toMatchObject({ model: 'guide' })
  })

  it.each([
    [{ messages: 'hi' }, 'messages'],
    [{ stream: 'yes' }, 'stream'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ n: 2 }, 'n'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
    [{ messages: [{ role: 'user', content: [{ text: 'hi' }] }] }, 'messages.0.content'],
  ])('with %j is refused, naming %s', (fields, param) => {
    expect(() => request(fields)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})
