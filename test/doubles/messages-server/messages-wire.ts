import { argumentPieces, countsOf, typedEvent, type Asked, type Script, type Wire } from '../scripted/wire'

type Said = { readonly type: string } & Readonly<Record<string, unknown>>
type Block = Said

/** Names of errors by status (platform.claude.com, "Errors"). */
const errorTypes: Readonly<Record<number, string>> = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 529: 'overloaded_error' }
const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', content_filter: 'refusal' } as const

const signature = 'c2lnbmVkIGJ5IHRoZSBkb3VibGU='

export const errorBody = (status: number, message: string): object => ({ type: 'error', error: { type: errorTypes[status] ?? 'api_error', message }, request_id: 'req_double' })

/** Messages (platform.claude.com, "Messages", "Streaming Messages"). */
export const messagesWire: Wire = {
  whole: (asked, script) => ({ ...message(asked), content: blocksOf(script), ...ending(script), usage: usageOf(asked, script) }),
  stream(asked, script) {
    const { output_tokens: outputTokens, ...input } = usageOf(asked, script)
    const blocks = blocksOf(script).map((block, index) => eventsOf(block, index, script))
    const events: Said[] = blocks.flat()
    return {
      opening: [typedEvent({ type: 'message_start', message: { ...message(asked), content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 1 } } } as Said), typedEvent({ type: 'ping' })],
      pieces: joined(events),
      closing: [
        typedEvent({ type: 'message_delta', delta: ending(script), usage: { output_tokens: script.answer.usage === 'never' ? 0 : outputTokens } } as Said),
        ...(script.answer.hasDone === false ? [] : [typedEvent({ type: 'message_stop' })]),
      ],
    }
  },
  error: errorBody,
  errorEvent: (_asked, said) => typedEvent({ type: 'error', error: { type: 'overloaded_error', message: said } } as Said),
}

/** Events that are no token go with the token after them, or the one before. */
function joined(events: readonly Said[]): string[] {
  const pieces: string[] = []
  let held = ''
  for (const event of events) {
    held += typedEvent(event)
    if (event.type !== 'content_block_delta') continue
    pieces.push(held)
    held = ''
  }
  const last = pieces.pop()
  return last === undefined ? (held === '' ? [] : [held]) : [...pieces, last + held]
}

function blocksOf({ reasoning, tokens, refusal, calls }: Script): Block[] {
  const text = tokens.join('') + (refusal ?? '')
  return [
    ...(reasoning.length > 0 ? [{ type: 'thinking', thinking: reasoning.join(''), signature }] : []),
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...calls.map(({ id, name, arguments: json }) => ({ type: 'tool_use', id, name, input: JSON.parse(json) as unknown })),
  ]
}

function eventsOf(block: Block, index: number, script: Script): Said[] {
  const delta = (value: Said): Said => ({ type: 'content_block_delta', index, delta: value })
  const framed = (empty: Said, deltas: readonly Said[]): Said[] => [{ type: 'content_block_start', index, content_block: empty }, ...deltas.map(delta), { type: 'content_block_stop', index }]
  if (block.type === 'thinking')
    return framed({ type: 'thinking', thinking: '', signature: '' }, [...script.reasoning.map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature }])
  if (block.type === 'tool_use') {
    const json = script.calls.find(({ id }) => id === block.id)?.arguments ?? ''
    return framed({ ...block, input: {} }, ['', ...argumentPieces(json)].map((piece) => ({ type: 'input_json_delta', partial_json: piece })))
  }
  const texts = [...script.tokens, ...(script.refusal === undefined ? [] : [script.refusal])]
  return framed({ type: 'text', text: '' }, texts.map((text) => ({ type: 'text_delta', text })))
}

function message(asked: Asked): object {
  return { id: 'msg_double', type: 'message', role: 'assistant', model: asked.model }
}

function ending({ finish, refusal }: Script): object {
  return { stop_reason: refusal === undefined ? stopReasons[finish] : 'refusal', stop_sequence: null }
}

function usageOf(asked: Asked, script: Script): { readonly input_tokens: number; readonly output_tokens: number } {
  const { prompt, completion, cached } = countsOf(asked, script)
  return { input_tokens: prompt - Math.min(cached, prompt), ...{ cache_creation_input_tokens: 0, cache_read_input_tokens: Math.min(cached, prompt) }, output_tokens: completion }
}
