import type { AnswerContext } from '../conversation'
import type { Delta, StreamWriter } from '../delta'
import { typedEvent, type SseEvent } from '../sse'
import { messagesErrorBody, writeMessagesEnding, writeMessagesUsage } from './ending'

type Block = 'text' | 'refusal' | 'thinking' | 'call'

/**
 * Writes `message_start`, then each block from its start to its stop, one at a time, then `message_delta` and `message_stop`.
 * The calls have to come in order (`createCallOrder`).
 */
export function createMessagesStreamWriter({ id, model }: AnswerContext): StreamWriter {
  let open: Block | undefined
  let isSigned = false
  let index = -1
  let hasRefusal = false

  const stop = (): SseEvent[] => {
    if (open === undefined) return []
    open = undefined
    return [typedEvent('content_block_stop', { index })]
  }
  const start = (block: Block, content: object): SseEvent[] => {
    const stopped = stop()
    open = block
    isSigned = false
    index++
    return [...stopped, blockEvent('content_block_start', { content_block: content })]
  }
  const blockEvent = (type: string, rest: object): SseEvent => typedEvent(type, { index, ...rest })
  const piece = (delta: object): SseEvent => blockEvent('content_block_delta', { delta })
  const text = (block: 'text' | 'refusal', words: string): SseEvent[] => [...(open === block ? [] : start(block, { type: 'text', text: '' })), piece({ type: 'text_delta', text: words })]
  const think = (delta: object): SseEvent[] => [...(open === 'thinking' && !isSigned ? [] : start('thinking', { type: 'thinking', thinking: '', signature: '' })), piece(delta)]

  const write = (delta: Delta): SseEvent[] => {
    switch (delta.kind) {
      case 'start':
        return [typedEvent('message_start', { message: { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: writeMessagesUsage(undefined) } })]
      case 'text':
        return text('text', delta.text)
      case 'refusal':
        hasRefusal = true
        return text('refusal', delta.text)
      case 'reasoning':
        return think({ type: 'thinking_delta', thinking: delta.text })
      case 'signature': {
        const events = think({ type: 'signature_delta', signature: delta.signature })
        isSigned = true
        return events
      }
      case 'redacted':
        return [...start('thinking', { type: 'redacted_thinking', data: delta.signature }), ...stop()]
      case 'call':
        return start('call', { type: 'tool_use', id: delta.id, name: delta.name, input: {} })
      case 'arguments':
        return open === 'call' && delta.text !== '' ? [piece({ type: 'input_json_delta', partial_json: delta.text })] : []
      case 'end':
        return [
          ...stop(),
          typedEvent('message_delta', { delta: writeMessagesEnding(delta, hasRefusal), usage: writeMessagesUsage(delta.usage) }),
          typedEvent('message_stop'),
        ]
      case 'error':
        return [typedEvent('error', messagesErrorBody(delta.error))]
    }
  }
  return { push: write }
}
