import { argumentPieces, countsOf, created, tokensOf, typedEvent, type Asked, type Script, type Wire } from '../scripted/wire'
import { chatWire } from './chat-wire'

type Item = Readonly<Record<string, unknown>> & { readonly id: string }
type Said = { readonly type: string } & Readonly<Record<string, unknown>>

/** Responses (OpenAI's API reference, "Responses", "Streaming events"). */
export const responsesWire: Wire = {
  whole: (asked, script) => response(asked, script, statusOf(script), itemsOf(script, 'completed')),
  stream(asked, script) {
    const running = { response: response(asked, script, 'in_progress', []) }
    const status = statusOf(script)
    const spoken = itemsOf(script, 'completed').map((item, index) => eventsOf(item, index, script))
    const events: Said[] = [
      { type: 'response.created', ...running },
      { type: 'response.in_progress', ...running },
      ...spoken.flat(),
      { type: `response.${status}`, response: response(asked, script, status, itemsOf(script, 'completed')) },
    ]
    const numbered = events.map((event, index) => typedEvent({ ...event, sequence_number: index } as Said))
    return { opening: numbered.slice(0, 2), pieces: joined(events.slice(2, -1), numbered.slice(2, -1)), closing: numbered.slice(-1) }
  },
  error: chatWire.error,
  errorEvent: (_asked, message) => typedEvent({ type: 'error', code: 'server_error', message, param: null, sequence_number: 1000 } as Said),
}

/** Events that are no token go with the token after them, or the one before. */
function joined(events: readonly Said[], texts: readonly string[]): string[] {
  const pieces: string[] = []
  let held = ''
  for (const [index, { type }] of events.entries()) {
    held += texts[index] ?? ''
    if (!type.endsWith('.delta')) continue
    pieces.push(held)
    held = ''
  }
  const last = pieces.pop()
  return last === undefined ? (held === '' ? [] : [held]) : [...pieces, last + held]
}

const statusOf = ({ finish }: Script): 'completed' | 'incomplete' => (finish === 'length' || finish === 'content_filter' ? 'incomplete' : 'completed')

function itemsOf({ reasoning, tokens, refusal, calls }: Script, status: string): Item[] {
  const parts = [...(tokens.length > 0 ? [{ type: 'output_text', text: tokens.join(''), annotations: [], logprobs: [] }] : []), ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }])]
  return [
    ...(reasoning.length > 0 ? [{ id: 'rs_double', type: 'reasoning', summary: [{ type: 'summary_text', text: reasoning.join('') }] }] : []),
    ...(parts.length > 0 ? [{ id: 'msg_double', type: 'message', status, role: 'assistant', content: parts }] : []),
    ...calls.map(({ id, name, arguments: text }, index) => ({ id: `fc_${index + 1}`, type: 'function_call', status, call_id: id, name, arguments: text })),
  ]
}

function eventsOf(item: Item, outputIndex: number, script: Script): Said[] {
  const at = { output_index: outputIndex, item_id: item.id }
  const framed = (opened: object, inner: readonly Said[]): Said[] => [
    { type: 'response.output_item.added', output_index: outputIndex, item: opened },
    ...inner,
    { type: 'response.output_item.done', output_index: outputIndex, item },
  ]
  if (item.type === 'reasoning') {
    const text = script.reasoning.join('')
    const inPart = { ...at, summary_index: 0 }
    return framed({ ...item, summary: [] }, [
      { type: 'response.reasoning_summary_part.added', ...inPart, part: { type: 'summary_text', text: '' } },
      ...script.reasoning.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...inPart, delta })),
      { type: 'response.reasoning_summary_text.done', ...inPart, text },
      { type: 'response.reasoning_summary_part.done', ...inPart, part: { type: 'summary_text', text } },
    ])
  }
  if (item.type === 'function_call') {
    const call = script.calls.find(({ id }) => id === item.call_id)
    const text = call?.arguments ?? ''
    return framed({ ...item, status: 'in_progress', arguments: '' }, [
      ...argumentPieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      { type: 'response.function_call_arguments.done', ...at, name: call?.name, arguments: text },
    ])
  }
  return framed({ ...item, status: 'in_progress', content: [] }, spokenEvents(at, script))
}

function spokenEvents(at: object, { tokens, refusal }: Script): Said[] {
  const said: Said[] = []
  if (tokens.length > 0) {
    const text = tokens.join('')
    const inPart = { ...at, content_index: 0 }
    said.push(
      { type: 'response.content_part.added', ...inPart, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } },
      ...tokens.map((delta) => ({ type: 'response.output_text.delta', ...inPart, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...inPart, text, logprobs: [] },
      { type: 'response.content_part.done', ...inPart, part: { type: 'output_text', text, annotations: [], logprobs: [] } },
    )
  }
  if (refusal !== undefined) {
    const inPart = { ...at, content_index: tokens.length > 0 ? 1 : 0 }
    said.push(
      { type: 'response.content_part.added', ...inPart, part: { type: 'refusal', refusal: '' } },
      ...tokensOf(refusal).map((delta) => ({ type: 'response.refusal.delta', ...inPart, delta })),
      { type: 'response.refusal.done', ...inPart, refusal },
      { type: 'response.content_part.done', ...inPart, part: { type: 'refusal', refusal } },
    )
  }
  return said
}

function response(asked: Asked, script: Script, status: string, output: readonly object[]): object {
  const { prompt, completion, reasoning, cached } = countsOf(asked, script)
  return {
    id: 'resp_double',
    object: 'response',
    created_at: created,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: script.finish === 'length' ? 'max_output_tokens' : 'content_filter' } : null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: asked.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage:
      status === 'in_progress' || script.answer.usage === 'never'
        ? null
        : { input_tokens: prompt, input_tokens_details: { cached_tokens: cached }, output_tokens: completion, output_tokens_details: { reasoning_tokens: reasoning }, total_tokens: prompt + completion },
  }
}
