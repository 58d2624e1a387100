import { parseChatRequest, stopTexts, toCompletionRequest } from '@main/engines/llama/chat-request'
import { describe, expect, it } from 'vitest'

const translate = (fields: object) =>
  toCompletionRequest(parseChatRequest(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields })))
const sum = { type: 'function', function: { name: 'sum', parameters: { type: 'object' } } }
const weather = { type: 'function', function: { name: 'weather' } }

describe('a chat completion request in the words of llama.node', () => {
  it('sets only what the caller set', () => {
    expect(translate({ temperature: null })).toEqual({ messages: [{ role: 'user', content: 'hi' }], n_predict: -1, stop: [] })
  })

  it('carries sampling parameters over', () => {
    expect(
      translate({ temperature: 0.5, top_p: 0.9, top_k: 5, min_p: 0.1, seed: -7, frequency_penalty: 1, presence_penalty: -1, repetition_penalty: 1.1, max_tokens: 9, max_completion_tokens: 8 }),
    ).toMatchObject({ temperature: 0.5, top_p: 0.9, top_k: 5, min_p: 0.1, seed: 7, penalty_freq: 1, penalty_present: -1, penalty_repeat: 1.1, n_predict: 8 })
  })

  it('keeps a temperature of zero', () => {
    expect(translate({ temperature: 0 })).toHaveProperty('temperature', 0)
  })

  it('joins the texts of a message, and calls the developer system', () => {
    const messages = [{ role: 'developer', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }]
    expect(translate({ messages }).messages).toEqual([{ role: 'system', content: 'a\nb' }])
  })

  it('gives an empty content to a message that only calls tools', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'sum', arguments: '{}' } }
    expect(translate({ messages: [{ role: 'assistant', content: null, tool_calls: [call] }] }).messages).toEqual([{ role: 'assistant', content: '', tool_calls: [call] }])
  })

  it('offers a named function alone, and insists on it', () => {
    const request = translate({ tools: [sum, weather], tool_choice: { type: 'function', function: { name: 'weather' } } })
    expect(request).toMatchObject({ tools: [{ function: { name: 'weather' } }], tool_choice: 'required' })
    expect(request.tools).toHaveLength(1)
  })

  it('offers no tools when none is to be chosen', () => {
    expect(translate({ tools: [sum], tool_choice: 'none' })).not.toHaveProperty('tools')
  })

  it('checks the schemas of tools', () => {
    const tools = [{ type: 'function', function: { name: 'sum', parameters: { enum: [] } } }]
    expect(() => translate({ tools })).toThrow(expect.objectContaining({ param: 'tools.0.function.parameters' }))
  })

  it('takes a stop text alone or in a list', () => {
    const stops = (stop: unknown) => stopTexts(parseChatRequest(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stop })))
    expect([stops('a'), stops(['a', '']), stops(null)]).toEqual([['a'], ['a'], []])
  })
})
