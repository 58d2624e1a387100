import { z } from 'zod'
import type { InferenceBody } from './asked'
import type { Dialect } from './dialect'
import { cachedTokens, inputTokens, outputTokens, piecesOf, stopOf, type Turn } from './turn'

const created = 1_750_000_000
const called = z.looseObject({ tool_calls: z.array(z.looseObject({ id: z.string() })).nullish() })
const wantsUsage = z.looseObject({ stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish() })

/** Chat Completions, as vLLM answers it. */
export const chatDialect: Dialect = {
  path: '/v1/chat/completions',
  problem(body) {
    const ids = new Set<unknown>()
    for (const message of body.messages) {
      for (const { id } of called.parse(message).tool_calls ?? []) ids.add(id)
      if (message.role === 'tool' && !ids.has(message['tool_call_id'])) return 'messages with role "tool" must be a response to a preceding message with "tool_calls"'
    }
    return undefined
  },
  errorBody: (message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  models: (ids) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model', created, owned_by: 'scripted' })) }),
  whole(body, turn, id) {
    const { reasoning, text, calls = [] } = turn
    const message = {
      role: 'assistant',
      content: text ?? null,
      ...(reasoning !== undefined && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls.map((call, index) => ({ id: callId(id, index), type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } })) }),
    }
    return { id: `chatcmpl-${id}`, object: 'chat.completion', created, model: body.model, choices: [{ index: 0, message, finish_reason: finishOf(turn) }], usage: usageOf(turn) }
  },
  stream(body, turn, id) {
    const chunk = (choices: readonly object[], rest: object = {}): string => `data: ${JSON.stringify({ id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model: body.model, choices, ...rest })}\n\n`
    const piece = (delta: object, reason: string | null = null): string => chunk([{ index: 0, delta, finish_reason: reason }])
    return [
      piece({ role: 'assistant', content: '' }),
      ...piecesOf(turn.reasoning ?? '').map((reasoning) => piece({ reasoning_content: reasoning })),
      ...piecesOf(turn.text ?? '').map((content) => piece({ content })),
      ...(turn.calls ?? []).flatMap((call, index) => [
        piece({ tool_calls: [{ index, id: callId(id, index), type: 'function', function: { name: call.name, arguments: '' } }] }),
        ...piecesOf(JSON.stringify(call.arguments)).map((part) => piece({ tool_calls: [{ index, function: { arguments: part } }] })),
      ]),
      piece({}, finishOf(turn)),
      ...(asksForUsage(body) ? [chunk([], { usage: usageOf(turn) })] : []),
      'data: [DONE]\n\n',
    ]
  },
}

const callId = (id: number, index: number): string => `call_${id}_${index}`
const finishOf = (turn: Turn): string => (stopOf(turn) === 'end' ? 'stop' : 'tool_calls')
const asksForUsage = (body: InferenceBody): boolean => wantsUsage.parse(body).stream_options?.include_usage === true

function usageOf(turn: Turn): object {
  const output = outputTokens(turn)
  return { prompt_tokens: inputTokens, completion_tokens: output, total_tokens: inputTokens + output, prompt_tokens_details: { cached_tokens: cachedTokens } }
}
