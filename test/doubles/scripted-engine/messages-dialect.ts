import { z } from 'zod'
import type { Dialect } from './dialect'
import { cachedTokens, inputTokens, outputTokens, piecesOf, stopOf, type Turn } from './turn'

const needed = z.looseObject({ max_tokens: z.number().int().positive() })
const contentBlock = z.looseObject({ type: z.string(), id: z.string().optional(), tool_use_id: z.string().optional() })
const blocks = z.array(contentBlock)

/** Messages, as Anthropic answers it. */
export const messagesDialect: Dialect = {
  path: '/v1/messages',
  problem(body, headers) {
    if (headers['anthropic-version'] === undefined) return 'anthropic-version: header is required'
    if (!needed.safeParse(body).success) return 'max_tokens: Field required'
    for (const [index, { role, content }] of body.messages.entries()) {
      if (role !== 'user' && role !== 'assistant') return `messages.${index}.role: Input should be 'user' or 'assistant'`
      const before = blocks.safeParse(body.messages[index - 1]?.content).data ?? []
      const orphan = (blocks.safeParse(content).data ?? []).find(({ type, tool_use_id: id }) => type === 'tool_result' && !before.some((each) => each.id === id))
      if (orphan !== undefined) return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks`
    }
    return undefined
  },
  errorBody: (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
  models: (ids) => ({ data: ids.map((id) => ({ type: 'model', id, display_name: id, created_at: '2025-06-15T00:00:00Z' })), has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }),
  whole: (body, turn, id) => ({
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: contentOf(turn, id).map(({ block }) => block),
    stop_reason: reasonOf(turn),
    stop_sequence: null,
    usage: { ...startUsage, output_tokens: outputTokens(turn) },
  }),
  stream(body, turn, id) {
    const event = (type: string, rest: object = {}): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
    return [
      event('message_start', { message: { id: `msg_${id}`, type: 'message', role: 'assistant', model: body.model, content: [], stop_reason: null, stop_sequence: null, usage: { ...startUsage, output_tokens: 1 } } }),
      event('ping'),
      ...contentOf(turn, id).flatMap(({ empty, deltas }, index) => [
        event('content_block_start', { index, content_block: empty }),
        ...deltas.map((delta) => event('content_block_delta', { index, delta })),
        event('content_block_stop', { index }),
      ]),
      event('message_delta', { delta: { stop_reason: reasonOf(turn), stop_sequence: null }, usage: { output_tokens: outputTokens(turn) } }),
      event('message_stop'),
    ]
  },
}

const startUsage = { input_tokens: inputTokens - cachedTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: cachedTokens }
const reasonOf = (turn: Turn): string => (stopOf(turn) === 'end' ? 'end_turn' : 'tool_use')

/** A block whole, as it starts in a stream, and what makes it whole. */
interface Block {
  readonly block: object
  readonly empty: object
  readonly deltas: readonly object[]
}

function contentOf({ reasoning, text, calls = [] }: Turn, id: number): Block[] {
  const signature = `signature-${id}`
  return [
    ...(reasoning === undefined ? [] : [{
      block: { type: 'thinking', thinking: reasoning, signature },
      empty: { type: 'thinking', thinking: '', signature: '' },
      deltas: [...piecesOf(reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature }],
    }]),
    ...(text === undefined ? [] : [{ block: { type: 'text', text }, empty: { type: 'text', text: '' }, deltas: piecesOf(text).map((each) => ({ type: 'text_delta', text: each })) }]),
    ...calls.map(({ name, arguments: input }, index) => {
      const use = { type: 'tool_use', id: `toolu_${id}_${index}`, name }
      return { block: { ...use, input }, empty: { ...use, input: {} }, deltas: piecesOf(JSON.stringify(input)).map((part) => ({ type: 'input_json_delta', partial_json: part })) }
    }),
  ]
}
