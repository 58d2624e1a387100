import type { AnswerContext } from '../conversation'
import type { Delta, StreamWriter } from '../delta'
import type { SseEvent } from '../sse'
import { finishReasons, writeChatUsage } from './ending'

/** Writes chat chunks: a first with the role, one per delta, one with the reason it stopped, one with the usage where it was asked for, `[DONE]`. */
export function createChatStreamWriter({ id, model, createdS, request }: AnswerContext): StreamWriter {
  const positions = new Map<number, number>()
  const chunk = (choices: readonly object[], rest: object = {}): SseEvent => ({ data: JSON.stringify({ id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: createdS, model, choices, ...rest }) })
  const piece = (delta: object, reason: string | null = null): SseEvent => chunk([{ index: 0, delta, logprobs: null, finish_reason: reason }])
  const write = (delta: Delta): SseEvent[] => {
    switch (delta.kind) {
      case 'start':
        return [piece({ role: 'assistant', content: '' })]
      case 'text':
        return [piece({ content: delta.text })]
      case 'refusal':
        return [piece({ refusal: delta.text })]
      case 'reasoning':
        return [piece({ reasoning_content: delta.text })]
      case 'signature':
      case 'redacted':
        return []
      case 'call': {
        const index = positions.size
        positions.set(delta.index, index)
        return [piece({ tool_calls: [{ index, id: delta.id, type: 'function', function: { name: delta.name, arguments: '' } }] })]
      }
      case 'arguments':
        return [piece({ tool_calls: [{ index: positions.get(delta.index) ?? 0, function: { arguments: delta.text } }] })]
      case 'end':
        return [
          piece({}, finishReasons[delta.stop]),
          ...(request.wantsUsage && delta.usage !== undefined ? [chunk([], { usage: writeChatUsage(delta.usage) })] : []),
          { data: '[DONE]' },
        ]
      case 'error': {
        const { kind, code, message } = delta.error
        return [{ data: JSON.stringify({ error: { message, type: kind.type, param: null, code } }) }]
      }
    }
  }
  return { push: write }
}
