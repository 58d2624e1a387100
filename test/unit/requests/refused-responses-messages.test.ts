import { describe, expect, it } from 'vitest'
import type { Operation } from '@shared/domain/model'
import { problemOf } from './support'

type Row = readonly [fields: Readonly<Record<string, unknown>>, problem: string]

const item = (fields: Readonly<Record<string, unknown>>) => ({ input: [{ role: 'user', content: 'Hi' }, fields] })
const tools = [{ type: 'function', name: 'sum', parameters: {} }]

const responses: readonly Row[] = [
  [{ input: undefined }, 'input: is missing'],
  [{ input: 5 }, 'input: must be a string or a list of items'],
  [{ input: ['Hi'] }, 'input[0]: must be an item'],
  [item({ content: 'Hi' }), 'input[1].role: is missing'],
  [item({ role: 'robot', content: 'Hi' }), 'input[1].role: must be one of user, assistant, system, developer'],
  [item({ type: 'message', role: 'user' }), 'input[1].content: is missing'],
  [item({ role: 'user', content: [{ type: 'text', text: 'Hi' }] }), 'input[1].content[0].type: must be one of input_text, output_text, refusal, input_image, input_file, input_audio'],
  [item({ role: 'user', content: [{ type: 'input_image', image_url: { url: 'https://a' } }] }), 'input[1].content[0].image_url: must be a string'],
  [item({ type: 5 }), 'input[1].type: must be a string'],
  [item({ type: 'function_call', name: 'sum', arguments: '{}' }), 'input[1].call_id: is missing'],
  [item({ type: 'function_call', call_id: 'c', name: 'sum', arguments: {} }), 'input[1].arguments: must be a string'],
  [item({ type: 'function_call_output', call_id: 'c' }), 'input[1].output: is missing'],
  [item({ type: 'custom_tool_call', call_id: 'c', name: 'patch' }), 'input[1].input: is missing'],
  [item({ type: 'reasoning', summary: 'thought' }), 'input[1].summary: must be a list'],
  [{ instructions: [] }, 'instructions: must be a string'],
  [{ previous_response_id: 5 }, 'previous_response_id: must be a string'],
  [{ previous_response_id: 'r', conversation: 'c' }, 'conversation: is not allowed together with "previous_response_id"'],
  [{ include: 'all' }, 'include: must be a list'],
  [{ truncation: 'middle' }, 'truncation: must be one of auto, disabled'],
  [{ max_output_tokens: 0 }, 'max_output_tokens: must be at least 1'],
  [{ temperature: 3 }, 'temperature: must be between 0 and 2'],
  [{ top_logprobs: 30 }, 'top_logprobs: must be between 0 and 20'],
  [{ reasoning: { effort: 'huge' } }, 'reasoning.effort: must be one of none, minimal, low, medium, high, xhigh, max'],
  [{ text: { format: { type: 'json_schema', name: 'a' } } }, 'text.format.schema: is missing'],
  [{ text: { format: { type: 'yaml' } } }, 'text.format.type: must be one of text, json_object, json_schema'],
  [{ tools: [{ name: 'sum' }] }, 'tools[0].type: is missing'],
  [{ tools: [{ type: 'function', parameters: {} }] }, 'tools[0].name: is missing'],
  [{ tools: [{ type: 'function', name: 'sum', parameters: 'none' }] }, 'tools[0].parameters: must be an object'],
  [{ tools, tool_choice: 'any' }, 'tool_choice: must be none, auto, required or an object that names a tool'],
  [{ tools, tool_choice: { type: 'function', name: 'product' } }, 'tool_choice.name: names "product", which is not in "tools"'],
  [{ stream_options: { include_obfuscation: false } }, 'stream_options: is only allowed when "stream" is true'],
  [{ store: 'yes' }, 'store: must be true or false'],
  [{ metadata: { a: {} } }, 'metadata.a: must be a string'],
]

const block = (fields: Readonly<Record<string, unknown>>) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, fields] }] })
const claudeTools = [{ name: 'sum', input_schema: { type: 'object' } }]

const both: readonly Row[] = [
  [{ messages: [] }, 'messages: must have at least one entry'],
  [{ messages: [{ role: 'robot', content: 'Hi' }] }, 'messages[0].role: must be one of user, assistant, system'],
  [{ messages: [{ role: 'user' }] }, 'messages[0].content: is missing'],
  [{ messages: [{ role: 'user', content: [5] }] }, 'messages[0].content[0]: must be an object'],
  [block({ text: 'Hi' }), 'messages[0].content[1].type: is missing'],
  [block({ type: 'text' }), 'messages[0].content[1].text: is missing'],
  [block({ type: 'image', source: { type: 'base64', data: '' } }), 'messages[0].content[1].source.media_type: is missing'],
  [block({ type: 'tool_use', id: 'c', name: 'sum', input: '{}' }), 'messages[0].content[1].input: must be an object'],
  [block({ type: 'tool_result', content: 'a' }), 'messages[0].content[1].tool_use_id: is missing'],
  [block({ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text' }] }), 'messages[0].content[1].content[0].text: is missing'],
  [block({ type: 'thinking' }), 'messages[0].content[1].thinking: is missing'],
  [{ system: 5 }, 'system: must be a string or a list of text blocks'],
  [{ system: [{ type: 'image' }] }, 'system[0].type: must be text'],
  [{ tools: [{ input_schema: { type: 'object' } }] }, 'tools[0].name: is missing'],
  [{ tools: [{ name: 'sum' }] }, 'tools[0].input_schema: is missing'],
  [{ tools: [{ name: 'sum', input_schema: { type: 'string' } }] }, 'tools[0].input_schema.type: must be object'],
  [{ tools: [{ name: 'a b', input_schema: { type: 'object' } }] }, 'tools[0].name: must be 1 to 128 letters, digits, underscores or dashes'],
  [{ tools: claudeTools, tool_choice: 'auto' }, 'tool_choice: must be an object'],
  [{ tools: claudeTools, tool_choice: { type: 'some' } }, 'tool_choice.type: must be one of auto, any, none, tool'],
  [{ tools: claudeTools, tool_choice: { type: 'tool', name: 'product' } }, 'tool_choice.name: names "product", which is not in "tools"'],
  [{ tool_choice: { type: 'any' } }, 'tool_choice: is only allowed when "tools" are given'],
  [{ thinking: { type: 'enabled' } }, 'thinking.budget_tokens: is missing'],
  [{ thinking: { type: 'enabled', budget_tokens: 100 } }, 'thinking.budget_tokens: must be at least 1024'],
  [{ output_config: { effort: 'huge' } }, 'output_config.effort: must be one of low, medium, high, xhigh, max'],
]

const messages: readonly Row[] = [
  ...both,
  [{ max_tokens: undefined }, 'max_tokens: is missing'],
  [{ max_tokens: 0 }, 'max_tokens: must be at least 1'],
  [{ max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } }, 'thinking.budget_tokens: must be less than "max_tokens"'],
  [{ temperature: 1.1 }, 'temperature: must be between 0 and 1'],
  [{ top_p: 2 }, 'top_p: must be between 0 and 1'],
  [{ top_k: -1 }, 'top_k: must be at least 0'],
  [{ stop_sequences: 'END' }, 'stop_sequences: must be a list'],
  [{ stop_sequences: [5] }, 'stop_sequences[0]: must be a string'],
  [{ stream: 'yes' }, 'stream: must be true or false'],
  [{ metadata: { user_id: 5 } }, 'metadata.user_id: must be a string'],
  [{ service_tier: 'gold' }, 'service_tier: must be one of auto, standard_only'],
]

const refused: readonly (readonly [Operation, readonly Row[]])[] = [
  ['responses', responses],
  ['messages', messages],
  ['count_tokens', both],
]

describe.each(refused)('a request for %s', (operation, rows) => {
  it.each(rows)('with %j is told that %s', (fields, problem) => {
    expect(problemOf(operation, fields)).toBe(problem)
  })
})
