import { describe, expect, it } from 'vitest'
import { operation as operations } from '@shared/domain/model'
import { knownFields } from '@shared/requests'
import { least, problemOf, problemOfBody } from './support'
import { clientBodies } from './client-bodies'

const user = { role: 'user', content: 'Hi' }

describe('a request that passes', () => {
  it.each(operations.options)('is the least one for %s', (operation) => {
    expect(problemOf(operation, {})).toBeUndefined()
  })

  it.each(operations.options)('holds fields for %s that only an engine knows', (operation) => {
    const fields = { guided_json: {}, top_k: 'any', chat_template_kwargs: { enable_thinking: false }, repetition_penalty: 1.1, min_p: 0.1, x: null }
    expect(problemOf(operation, operation === 'messages' ? { ...fields, top_k: 5 } : fields)).toBeUndefined()
  })

  it.each(operations.options)('may say null for what is optional in %s', (operation) => {
    const optional = [...knownFields(operation)].filter((field) => !(field in least[operation]))
    expect(problemOf(operation, Object.fromEntries(optional.map((field) => [field, null])))).toBeUndefined()
  })

  it.each(Object.entries(clientBodies))('is what %s sends', (_client, [operation, body]) => {
    expect(problemOfBody(operation, body)).toBeUndefined()
  })

  it.each([
    [{ temperature: 0, top_p: 0, presence_penalty: -2, frequency_penalty: 2, n: 128, max_tokens: 1 }],
    [{ temperature: 2, top_p: 1, presence_penalty: 2, frequency_penalty: -2, n: 1 }],
    [{ stop: 'END', seed: -5 }],
    [{ stop: ['a', 'b', 'c', 'd'], seed: 2 ** 63 }],
    [{ stop: [], tools: [], tool_choice: 'auto' }],
    [{ logit_bias: { 1: -100, 2: 100 }, logprobs: true, top_logprobs: 20 }],
    [{ stream: true, stream_options: { include_usage: true, include_obfuscation: false } }],
    [{ response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } } }],
    [{ tools: [{ type: 'custom', custom: { name: 'patch' } }], tool_choice: { type: 'custom', custom: { name: 'patch' } } }],
    [{ prediction: { type: 'content', content: [{ type: 'text', text: 'a' }] }, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }],
    [{ messages: [{ role: 'developer', content: [{ type: 'text', text: 'a' }] }, user, { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'sum', arguments: 'not JSON' } }] }, { role: 'tool', tool_call_id: 'c', content: '3' }] }],
    [{ messages: [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], reasoning_content: 'Hm.' }, { role: 'function', name: 'sum', content: '3' }] }],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }, { type: 'file', file: { file_id: 'f' } }, { type: 'video_url', video_url: { url: 'https://a' } }] }] }],
  ])('holds %j for Chat Completions', (fields) => {
    expect(problemOf('chat_completions', fields)).toBeUndefined()
  })

  it.each([[''], [['a', '']], [[1, 2]], [[[1, 2], [3]]], [null]])('gives a prompt as %j', (prompt) => {
    expect(problemOf('completions', { prompt })).toBeUndefined()
  })

  it.each([['a'], [['a', 'b']], [[1, 2]], [[[1, 2], [3]]]])('gives an input to embed as %j', (input) => {
    expect(problemOf('embeddings', { input, dimensions: 256, encoding_format: 'base64' })).toBeUndefined()
  })
})
