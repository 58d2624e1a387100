import { describe, expect, it } from 'vitest'
import type { Operation } from '@shared/domain/model'
import { problemOf, problemOfBody } from './support'

type Row = readonly [fields: Readonly<Record<string, unknown>>, problem: string]

const message = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({ messages: [{ role: 'user', content: 'Hi', ...fields }] })
const part = (fields: Readonly<Record<string, unknown>>) => message({ content: [{ type: 'text', text: 'a' }, fields] })
const fn = (fields: Readonly<Record<string, unknown>>) => ({ tools: [{ type: 'function', function: { name: 'sum', ...fields } }] })
const call = (fields: Readonly<Record<string, unknown>>) => message({ role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'sum', arguments: '{}' }, ...fields }] })
const tools = [{ type: 'function', function: { name: 'sum' } }]
const functionNames = 'must be 1 to 64 letters, digits, underscores or dashes'

const sampling: readonly Row[] = [
  [{ model: '' }, 'model: must not be empty'],
  [{ model: 5 }, 'model: must be a string'],
  [{ temperature: -0.1 }, 'temperature: must be between 0 and 2'],
  [{ temperature: 2.1 }, 'temperature: must be between 0 and 2'],
  [{ temperature: '1' }, 'temperature: must be a number'],
  [{ top_p: 1.5 }, 'top_p: must be between 0 and 1'],
  [{ presence_penalty: -3 }, 'presence_penalty: must be between -2 and 2'],
  [{ frequency_penalty: 2.5 }, 'frequency_penalty: must be between -2 and 2'],
  [{ n: 0 }, 'n: must be between 1 and 128'],
  [{ n: 1.5 }, 'n: must be a whole number'],
  [{ max_tokens: -1 }, 'max_tokens: must be at least 1'],
  [{ seed: 1.23 }, 'seed: must be a whole number'],
  [{ seed: 2 ** 70 }, 'seed: must fit into 64 bits'],
  [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop: must have at most 4 entries'],
  [{ stop: ['a', 5] }, 'stop[1]: must be a string'],
  [{ stop: true }, 'stop: must be a string or a list of strings'],
  [{ logit_bias: { 50256: 101 } }, 'logit_bias.50256: must be between -100 and 100'],
  [{ logit_bias: { hello: 1 } }, 'logit_bias.hello: must be a token id, a whole number'],
  [{ logit_bias: { 1: 'a' } }, 'logit_bias.1: must be a number'],
  [{ logit_bias: ['a'] }, 'logit_bias: must be an object'],
  [{ stream: 'yes' }, 'stream: must be true or false'],
  [{ stream_options: { include_usage: true } }, 'stream_options: is only allowed when "stream" is true'],
  [{ stream: true, stream_options: { include_usage: 'yes' } }, 'stream_options.include_usage: must be true or false'],
  [{ stream: true, stream_options: 1.5 }, 'stream_options: must be an object'],
  [{ user: {} }, 'user: must be a string'],
]

const refused: Partial<Record<Operation, readonly Row[]>> = {
  chat_completions: [
    ...sampling,
    [{ messages: [] }, 'messages: must have at least one entry'],
    [{ messages: 'Hi' }, 'messages: must be a list'],
    [{ messages: ['Hi'] }, 'messages[0]: must be an object'],
    [message({ role: 'robot' }), 'messages[0].role: must be one of system, developer, user, assistant, tool, function'],
    [{ messages: [{ content: 'Hi' }] }, 'messages[0].role: is missing'],
    [{ messages: [{ role: 'system' }] }, 'messages[0].content: is missing'],
    [message({ content: null }), 'messages[0].content: must be a string or a list of parts'],
    [message({ name: [1] }), 'messages[0].name: must be a string'],
    [message({ role: 'tool' }), 'messages[0].tool_call_id: is missing'],
    [message({ role: 'tool', tool_call_id: 'c', content: ['a', 1.2] }), 'messages[0].content[0]: must be an object'],
    [part({ text: 'no type' }), 'messages[0].content[1].type: is missing'],
    [part({ type: 'smell' }), 'messages[0].content[1].type: must be one of text, image_url, input_audio, file, video_url, audio_url'],
    [part({ type: 'image_url' }), 'messages[0].content[1].image_url: is missing'],
    [part({ type: 'image_url', image_url: { detail: 'low' } }), 'messages[0].content[1].image_url.url: is missing'],
    [part({ type: 'image_url', image_url: { url: 'https://a', detail: 'huge' } }), 'messages[0].content[1].image_url.detail: must be one of auto, low, high'],
    [part({ type: 'input_audio', input_audio: { data: '', format: 'ogg' } }), 'messages[0].content[1].input_audio.format: must be one of wav, mp3'],
    [message({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://a' } }] }), 'messages[0].content[0].type: must be text'],
    [message({ role: 'assistant', content: [{ type: 'refusal' }] }), 'messages[0].content[0].refusal: is missing'],
    [message({ role: 'assistant', tool_calls: 'sum' }), 'messages[0].tool_calls: must be a list'],
    [call({ id: undefined }), 'messages[0].tool_calls[0].id: is missing'],
    [call({ type: 'procedure' }), 'messages[0].tool_calls[0].type: must be one of function, custom'],
    [call({ function: { name: 'sum', arguments: {} } }), 'messages[0].tool_calls[0].function.arguments: must be a string'],
    [call({ function: { arguments: '{}' } }), 'messages[0].tool_calls[0].function.name: is missing'],
    [{ tools: [{ type: 'procedure', function: { name: 'sum' } }] }, 'tools[0].type: must be one of function, custom'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function: is missing'],
    [fn({ name: 'sum!' }), `tools[0].function.name: ${functionNames}`],
    [fn({ name: 'a'.repeat(65) }), `tools[0].function.name: ${functionNames}`],
    [fn({ description: ['a'] }), 'tools[0].function.description: must be a string'],
    [fn({ parameters: 'none' }), 'tools[0].function.parameters: must be an object'],
    [{ tools: Array.from({ length: 129 }, () => tools[0]) }, 'tools: must have at most 128 entries'],
    [{ tools, tool_choice: 'any' }, 'tool_choice: must be none, auto, required or an object that names a tool'],
    [{ tools, tool_choice: { function: { name: 'sum' } } }, 'tool_choice.type: is missing'],
    [{ tools, tool_choice: { type: 'function', function: {} } }, 'tool_choice.function.name: is missing'],
    [{ tools, tool_choice: { type: 'function', function: { name: 'product' } } }, 'tool_choice.function.name: names "product", which is not in "tools"'],
    [{ tool_choice: 'required' }, 'tool_choice: is only allowed when "tools" are given'],
    [{ tools, parallel_tool_calls: 'yes' }, 'parallel_tool_calls: must be true or false'],
    [{ max_completion_tokens: 0 }, 'max_completion_tokens: must be at least 1'],
    [{ logprobs: 5 }, 'logprobs: must be true or false'],
    [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs: must be between 0 and 20'],
    [{ top_logprobs: 5 }, 'top_logprobs: is only allowed when "logprobs" is true'],
    [{ response_format: {} }, 'response_format.type: is missing'],
    [{ response_format: { type: 'yaml' } }, 'response_format.type: must be one of text, json_object, json_schema, structural_tag, grammar'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema: is missing'],
    [{ response_format: { type: 'json_schema', json_schema: { schema: {} } } }, 'response_format.json_schema.name: is missing'],
    [{ response_format: { type: 'json_schema', json_schema: { name: 'a' } } }, 'response_format.json_schema.schema: is missing'],
    [{ reasoning_effort: 'huge' }, 'reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max'],
    [{ modalities: ['text', 'audio', 'text'] }, 'modalities: must have at most 2 entries'],
    [{ modalities: ['smell'] }, 'modalities[0]: must be one of text, audio'],
    [{ prediction: { type: 'content' } }, 'prediction.content: is missing'],
    [{ web_search_options: { search_context_size: 'huge' } }, 'web_search_options.search_context_size: must be one of low, medium, high'],
    [{ service_tier: 'gold' }, 'service_tier: must be one of auto, default, flex, scale, priority'],
    [{ store: [true] }, 'store: must be true or false'],
    [{ metadata: { a: 5 } }, 'metadata.a: must be a string'],
    [{ metadata: { a: 'b'.repeat(513) } }, 'metadata.a: must be at most 512 characters'],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) }, 'metadata: must have at most 16 entries'],
  ],
  completions: [
    ...sampling.filter(([fields]) => !('max_tokens' in fields)),
    [{ max_tokens: -1 }, 'max_tokens: must be at least 0'],
    [{ prompt: undefined }, 'prompt: is missing'],
    [{ prompt: 1 }, 'prompt: must be a string, a list of strings, or token ids'],
    [{ prompt: [] }, 'prompt: must not be empty'],
    [{ prompt: ['a', 'b', ['c']] }, 'prompt[2]: must be a string, as the first entry is'],
    [{ prompt: [1, 2.5] }, 'prompt[1]: must be a token id, a whole number'],
    [{ prompt: [[1], ['a']] }, 'prompt[1][0]: must be a token id, a whole number'],
    [{ prompt: [[1], 2] }, 'prompt[1]: must be a list of token ids, as the first entry is'],
    [{ prompt: [{}] }, 'prompt[0]: must be a string, a token id or a list of token ids'],
    [{ suffix: 1.5 }, 'suffix: must be a string'],
    [{ echo: 'yes' }, 'echo: must be true or false'],
    [{ logprobs: 6 }, 'logprobs: must be between 0 and 5'],
    [{ best_of: 21 }, 'best_of: must be between 1 and 20'],
    [{ best_of: 2, n: 3 }, 'best_of: must be at least "n"'],
  ],
  embeddings: [
    [{ input: undefined }, 'input: is missing'],
    [{ input: '' }, 'input: must not be empty'],
    [{ input: ['a', ''] }, 'input[1]: must not be empty'],
    [{ input: Array.from({ length: 2049 }, () => 'a') }, 'input: must have at most 2048 entries'],
    [{ input: [Array.from({ length: 2049 }, () => 1)] }, 'input[0]: must have at most 2048 entries'],
    [{ input: ['a', 1.2] }, 'input[1]: must be a string, as the first entry is'],
    [{ input: [{ text: 'a' }] }, 'input[0]: must be a string, a token id or a list of token ids'],
    [{ dimensions: 0 }, 'dimensions: must be at least 1'],
    [{ encoding_format: 'hex' }, 'encoding_format: must be one of float, base64'],
    [{ user: 1.23 }, 'user: must be a string'],
  ],
}

describe.each(Object.entries(refused) as [Operation, readonly Row[]][])('a request for %s', (operation, rows) => {
  it.each(rows)('with %j is told that %s', (fields, problem) => {
    expect(problemOf(operation, fields)).toBe(problem)
  })

  it.each([[[]], ['text'], [null], [5]])('is no %j', (body) => {
    expect(problemOfBody(operation, body)).toBe(': must be an object')
  })

  it('needs a model', () => {
    expect(problemOf(operation, { model: undefined })).toBe('model: is missing')
  })
})

describe('what is wrong with a body', () => {
  it('is said once, however much is wrong', () => {
    const body = { model: 'm', messages: Array.from({ length: 100_000 }, () => ({})) }
    expect(problemOfBody('chat_completions', body)).toBe('messages[0].role: is missing')
  })
})
