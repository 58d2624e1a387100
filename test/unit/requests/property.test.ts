import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Operation } from '@shared/domain/model'
import { isRequest, requestProblem } from '@shared/requests'

const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arb)
const word = fc.stringMatching(/^[a-z]{1,8}$/)
const toolName = fc.stringMatching(/^[\w-]{1,64}$/)
const anyText = fc.string()
const penalty = fc.double({ min: -2, max: 2, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const whole = fc.integer({ min: 1, max: 128 })
const stop = fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 4 }))
const sampling = { temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })), top_p: maybe(share), presence_penalty: maybe(penalty), frequency_penalty: maybe(penalty), n: maybe(whole), max_tokens: maybe(whole), seed: maybe(fc.integer()), stop: maybe(stop), user: maybe(word), stream: maybe(fc.boolean()) }
const metadata = fc.dictionary(word, anyText, { maxKeys: 16 })

/** Fields that may be there or not. */
const record = <T extends object>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, optional: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}): fc.Arbitrary<object> =>
  fc.tuple(fc.record(required), fc.record(optional, { requiredKeys: [] })).map(([always, sometimes]) => ({ ...always, ...sometimes }))

const tagged = (type: string, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> => record({ type: fc.constant(type), ...fields })
const textPart = tagged('text', { text: anyText })
const imagePart = tagged('image_url', { image_url: record({ url: fc.webUrl() }, { detail: fc.constantFrom('auto', 'low', 'high') }) })
const contentOf = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<unknown> => fc.oneof(anyText, fc.array(fc.oneof(...parts), { minLength: 1, maxLength: 3 }))
const toolCall = tagged('function', { id: word, function: record({ name: toolName, arguments: anyText }) })
const chatMessage = fc.oneof(
  record({ role: fc.constantFrom('system', 'developer'), content: contentOf(textPart) }),
  record({ role: fc.constant('user'), content: contentOf(textPart, imagePart) }, { name: word }),
  record({ role: fc.constant('assistant') }, { content: contentOf(textPart), tool_calls: fc.array(toolCall, { maxLength: 2 }) }),
  record({ role: fc.constant('tool'), content: contentOf(textPart), tool_call_id: word }),
)
const chatTool = tagged('function', { function: record({ name: toolName }, { description: anyText, strict: fc.boolean() }) })
const chat = record(
  { model: word, messages: fc.array(chatMessage, { minLength: 1, maxLength: 5 }) },
  { ...sampling, tools: fc.array(chatTool, { maxLength: 3 }), metadata: maybe(metadata), reasoning_effort: fc.constantFrom('low', 'high'), tool_choice: fc.constantFrom('none', 'auto'), store: maybe(fc.boolean()) },
)

const completion = record({ model: word, prompt: fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })) }, { ...sampling, suffix: maybe(anyText), echo: maybe(fc.boolean()), logprobs: maybe(fc.integer({ min: 0, max: 5 })) })
const embedding = record({ model: word, input: fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 }), fc.array(whole, { minLength: 1, maxLength: 3 })) }, { dimensions: maybe(whole), user: maybe(word) })

const inputPart = fc.oneof(tagged('input_text', { text: anyText }), tagged('input_image', { image_url: fc.webUrl() }))
const item = fc.oneof(
  record({ role: fc.constantFrom('user', 'assistant', 'system', 'developer'), content: fc.oneof(anyText, fc.array(inputPart, { minLength: 1, maxLength: 3 })) }, { type: fc.constant('message') }),
  tagged('function_call', { call_id: word, name: word, arguments: anyText }),
  tagged('function_call_output', { call_id: word, output: fc.oneof(anyText, fc.array(inputPart, { minLength: 1, maxLength: 2 })) }),
  tagged('reasoning', { summary: fc.array(record({ text: anyText }), { maxLength: 2 }), encrypted_content: maybe(word) }),
)
const responses = record(
  { model: word, input: fc.oneof(anyText, fc.array(item, { minLength: 1, maxLength: 5 })) },
  { instructions: maybe(anyText), temperature: sampling.temperature, top_p: sampling.top_p, store: maybe(fc.boolean()), max_output_tokens: maybe(whole), truncation: fc.constantFrom('auto', 'disabled'), metadata: maybe(metadata), tools: fc.array(tagged('function', { name: toolName }), { maxLength: 3 }), reasoning: record({}, { effort: fc.constantFrom('low', 'high') }) },
)

const image = tagged('image', { source: tagged('base64', { media_type: fc.constant('image/png'), data: word }) })
const resultBlock = tagged('tool_result', { tool_use_id: word, content: contentOf(textPart, image) })
const message = fc.oneof(
  record({ role: fc.constant('user'), content: contentOf(textPart, image, resultBlock) }),
  record({ role: fc.constant('assistant'), content: contentOf(textPart, tagged('thinking', { thinking: anyText, signature: word }), tagged('tool_use', { id: word, name: toolName, input: fc.constant({}) })) }),
)
const counted = { system: fc.oneof(anyText, fc.array(textPart, { minLength: 1, maxLength: 2 })), tools: fc.array(record({ name: toolName, input_schema: fc.constant({ type: 'object' }) }), { maxLength: 3 }) }
const conversation = { model: word, messages: fc.array(message, { minLength: 1, maxLength: 5 }) }
const messages = record({ ...conversation, max_tokens: whole }, { ...counted, temperature: maybe(share), top_p: maybe(share), top_k: maybe(whole), stream: maybe(fc.boolean()), stop_sequences: fc.array(anyText, { maxLength: 3 }) })

const bodies: readonly (readonly [Operation, fc.Arbitrary<object>])[] = [
  ['chat_completions', chat],
  ['completions', completion],
  ['embeddings', embedding],
  ['responses', responses],
  ['messages', messages],
  ['count_tokens', record(conversation, counted)],
]

type Path = readonly (string | number)[]

/** Every text, number and truth value of a body. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => leavesOf(entry, [...path, index]))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, [...path, key]))
  return value === null ? [] : [path]
}

function replaced(value: unknown, [key, ...rest]: Path, change: (leaf: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const target = copy as Record<string | number, unknown>
  target[key] = replaced(target[key], rest, change)
  return copy
}

/** Wrong wherever the value was right. */
const spoil = (leaf: unknown): unknown => (typeof leaf === 'string' ? 12.5 : {})
const named = (path: Path): string => path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('')

describe.each(bodies)('any right request for %s', (operation, body) => {
  it('passes, also with fields that nobody knows', () => {
    fc.assert(
      fc.property(body, fc.dictionary(fc.stringMatching(/^x_[a-z]{1,5}$/), fc.jsonValue()), (right, extra) => {
        expect(requestProblem(operation, { ...right, ...extra })).toBeUndefined()
        expect(isRequest(operation, { ...right, ...extra })).toBe(true)
      }),
    )
  })

  it('is refused by the name of the one field that is spoiled', () => {
    fc.assert(
      fc.property(body, fc.nat(), (right, pick) => {
        const leaves = leavesOf(right)
        const path = leaves[pick % leaves.length]!
        const wrong = replaced(right, path, spoil)
        expect(isRequest(operation, wrong)).toBe(false)
        expect(requestProblem(operation, wrong)?.param).toBe(named(path))
      }),
      { numRuns: 300 },
    )
  })
})

describe('any JSON at all', () => {
  it.each(bodies)('is a request for %s or is told why not', (operation) => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const problem = requestProblem(operation, json)
        expect(isRequest(operation, json)).toBe(problem === undefined)
        if (problem !== undefined) expect(problem.words).toMatch(/^(must|is|names) ?/)
      }),
    )
  })
})
