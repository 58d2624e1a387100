import { describe, expect, it } from 'vitest'
import { operation, type Operation } from '@shared/domain/model'
import { headersFor, operationsOf, profileOfHost, profiles } from '@main/clusters/direct/profiles'
import { createWireProfile, type WireProfileOptions } from '@main/clusters/direct/wire-profile'
import { createMemoryRefusedFields } from '../../../fixtures/refused-fields'

const options = (change: Partial<WireProfileOptions> = {}): WireProfileOptions => ({
  place: { cluster: 'lab', model: 'm' }, profile: 'other', operations: undefined, unserved: new Set(), refusedFields: createMemoryRefusedFields(), onChange: () => undefined, ...change,
})

describe('the profile of a server', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://api.anthropic.com/v1', 'anthropic'],
    ['https://api.sambanova.ai/v1', 'sambanova'],
    ['https://api.openai.com.example.org/v1', undefined],
    ['http://localhost:11434/v1', undefined],
  ])('is known by its host name: %s', (url, profile) => {
    expect(profileOfHost(url)).toBe(profile)
  })

  it.each<[string | undefined, Operation[]]>([
    ['0.9.2', []],
    ['0.10.0', ['responses']],
    ['0.11.1', ['responses', 'messages']],
    ['0.17.1', ['responses', 'messages', 'count_tokens']],
    ['v0.17.0rc1', ['responses', 'messages', 'count_tokens']],
    ['0.9.2.dev12+g1a2b3c', []],
    ['1.0', ['responses', 'messages', 'count_tokens']],
    ['nightly', ['responses', 'messages', 'count_tokens']],
    [undefined, ['responses', 'messages', 'count_tokens']],
  ])('serves what its version has, where that is known: vLLM %s', (version, besides) => {
    const always: Operation[] = ['chat_completions', 'completions', 'embeddings']
    expect(operationsOf('vllm', version)).toEqual(operation.options.filter((candidate) => always.includes(candidate) || besides.includes(candidate)))
  })

  it('always has a protocol of text, and the one to translate to comes first', () => {
    for (const { operations } of Object.values(profiles)) if (operations !== undefined) expect(operations[0]).toMatch(/^(?:chat_completions|messages)$/)
  })

  it('sends the key as the server wants it', () => {
    expect(headersFor('anthropic', 'sk')).toEqual({ 'x-api-key': 'sk', 'anthropic-version': '2023-06-01' })
    expect(headersFor('vllm', 'sk')).toEqual({ authorization: 'Bearer sk' })
    expect(headersFor('vllm', undefined)).toEqual({})
    expect(headersFor('anthropic', undefined)).toEqual({ 'anthropic-version': '2023-06-01' })
  })
})

describe('what a place refuses', () => {
  const asked = ['model', 'messages', 'temperature', 'top_k', 'guided_json', 'chat_template_kwargs', 'repetition_penalty', 'reasoning', 'metadata']

  it('is what engines add, at a server that takes only its own', () => {
    expect(createWireProfile(options({ profile: 'openai' })).refused('chat_completions', asked)).toEqual(['top_k', 'guided_json', 'chat_template_kwargs', 'repetition_penalty', 'reasoning'])
  })

  it('is not what the protocol has by the same name', () => {
    expect(createWireProfile(options({ profile: 'openai' })).refused('responses', ['reasoning', 'top_k'])).toEqual(['top_k'])
    expect(createWireProfile(options({ profile: 'openai' })).refused('completions', ['best_of', 'echo', 'suffix', 'min_p'])).toEqual(['min_p'])
    expect(createWireProfile(options({ profile: 'anthropic' })).refused('messages', ['top_k', 'thinking', 'min_p'])).toEqual(['min_p'])
    // Of a chat request that was translated.
    expect(createWireProfile(options({ profile: 'anthropic' })).refused('messages', ['temperature', 'seed', 'logit_bias', 'presence_penalty'])).toEqual(['seed', 'logit_bias', 'presence_penalty'])
    expect(createWireProfile(options({ profile: 'openai' })).refused('chat_completions', ['seed', 'logit_bias'])).toEqual([])
  })

  it('is nothing at engines, which take or ignore what is added', () => {
    for (const profile of ['vllm', 'ollama', 'lm-studio', 'llama-server', 'sambanova', 'other'] as const) expect(createWireProfile(options({ profile })).refused('chat_completions', asked)).toEqual([])
  })

  it('is what it has said before, for that operation, that model and that cluster, also in another run', () => {
    const refusedFields = createMemoryRefusedFields()
    createWireProfile(options({ refusedFields })).learn('chat_completions', ['chat_template_kwargs'])
    expect(createWireProfile(options({ refusedFields })).refused('chat_completions', asked)).toEqual(['chat_template_kwargs'])
    expect(createWireProfile(options({ refusedFields })).refused('completions', asked)).toEqual([])
    for (const place of [{ cluster: 'other', model: 'm' }, { cluster: 'lab', model: 'n' }]) expect(createWireProfile(options({ refusedFields, place })).refused('chat_completions', asked)).toEqual([])
  })

  it('is never what makes the request', () => {
    const profile = createWireProfile(options())
    profile.learn('chat_completions', ['model', 'messages', 'stream', 'store'])
    expect(profile.refused('chat_completions', ['model', 'messages', 'stream', 'store'])).toEqual(['store'])
  })
})

describe('a refusal in words of its own', () => {
  const openAi = (message: string) => JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } })
  const anthropic = (message: string) => JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })

  it.each([
    [openAi('Unrecognized request argument supplied: top_k'), ['top_k']],
    [openAi('Unrecognized request arguments supplied: min_p, top_k'), ['min_p', 'top_k']],
    [anthropic('context_management: Extra inputs are not permitted'), ['context_management']],
    [openAi("'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]"), ['messages.reasoning_content']],
    [JSON.stringify({ object: 'error', message: { detail: ['reasoning', 'reasoning_content'].map((name) => ({ type: 'extra_forbidden', loc: ['body', 'messages', 1, 'assistant', name], msg: 'Extra inputs are not permitted', input: 'hm' })) } }), ['messages.reasoning', 'messages.reasoning_content']],
    [JSON.stringify({ object: 'error', message: "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 800}]", type: 'BadRequestError', code: 400 }), ['max_completion_tokens']],
  ])('names the fields that are not taken: %s', (body, fields) => {
    const read = createWireProfile(options()).readError?.({ status: 400, body }, 'm')
    expect(read).toMatchObject({ refusedFields: fields, isOfRequest: true })
  })

  it.each([
    openAi("Invalid value for 'temperature'."),
    JSON.stringify({ detail: [{ type: 'extra_forbidden', loc: ['body', 'messages', 1, 'user', 'odd'] }] }),
    anthropic('tools.0.custom.defer_loading: Extra inputs are not permitted'),
    'Unrecognized request argument supplied: top_k',
    '',
  ])('is read as anybody\'s where it is another: %s', (body) => {
    expect(createWireProfile(options()).readError?.({ status: 400, body }, 'm')).toBeUndefined()
  })

  it('is none in an answer of another status', () => {
    expect(createWireProfile(options()).readError?.({ status: 500, body: openAi('Unrecognized request argument supplied: top_k') }, 'm')).toBeUndefined()
  })
})

describe('what a place serves', () => {
  it('is left open where nobody knows', () => {
    expect(createWireProfile(options())).not.toHaveProperty('operations')
  })

  it('leaves out what it had no path for', () => {
    const unserved = new Set<Operation>()
    let changes = 0
    const operations: Operation[] = ['chat_completions', 'responses']
    expect(createWireProfile(options({ unserved, operations, onChange: () => changes++ })).unserved?.('responses')).toBe(true)
    expect(changes).toBe(1)
    expect(createWireProfile(options({ unserved, operations })).operations).toEqual(['chat_completions'])
    expect(createWireProfile(options({ unserved, operations })).unserved?.('responses')).toBe(false)
    expect(createWireProfile(options({ unserved: new Set(['embeddings']) })).operations).toEqual(['chat_completions', 'completions'])
  })

  it('keeps its first protocol: a server without that is broken', () => {
    for (const operations of [undefined, ['chat_completions'] as const, ['messages', 'count_tokens'] as const]) {
      const unserved = new Set<Operation>()
      expect(createWireProfile(options({ unserved, operations })).unserved?.(operations?.[0] ?? 'chat_completions')).toBe(false)
      expect(unserved.size).toBe(0)
    }
  })
})
