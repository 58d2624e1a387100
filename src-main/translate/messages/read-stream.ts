import { messagesEvent, type MessagesAnswerBlock, type MessagesUsage } from '@shared/anthropic/messages'
import { FirstError } from '@shared/errors'
import type { Delta, StreamReader } from '../delta'
import { parseEvent, typeOf } from '../parse'
import type { SseEvent } from '../sse'
import { type MessagesEnding, readMessagesEnding, readMessagesUsage } from './ending'

/** Reads the events of a streamed message; events of a kind that is not known pass unread, as the protocol asks of its clients. */
export function createMessagesStreamReader(): StreamReader {
  let isOver = false
  let ending: MessagesEnding = {}
  let usage: MessagesUsage = {}

  const count = (said: MessagesUsage | null | undefined): void => {
    for (const [name, tokens] of Object.entries(said ?? {})) if (typeof tokens === 'number') usage = { ...usage, [name]: tokens }
  }
  const fail = (error: FirstError): Delta[] => {
    isOver = true
    return [{ kind: 'error', error }]
  }
  return {
    push(event) {
      if (isOver || isUnknown(event)) return []
      const said = parseEvent(messagesEvent, event)
      switch (said.type) {
        case 'message_start':
          count(said.message.usage)
          return [{ kind: 'start' }]
        case 'content_block_start':
          return startBlock(said.index, said.content_block)
        case 'content_block_delta':
          return readDelta(said.index, said.delta)
        case 'message_delta':
          count(said.usage)
          ending = said.delta
          return []
        case 'message_stop':
          isOver = true
          return [{ kind: 'end', ...readMessagesEnding(ending), ...(Object.keys(usage).length > 0 && { usage: readMessagesUsage(usage) }) }]
        case 'error':
          return fail(new FirstError('upstream_error', `The server failed while it answered${said.error.message === undefined ? '' : `: ${said.error.message}`}`))
        default:
          return []
      }
    },
    end: () => (isOver ? [] : fail(new FirstError('upstream_garbled', 'The server ended its answer before it was whole.'))),
  }
}

const known = new Set(['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop', 'ping', 'error'])

function startBlock(index: number, block: MessagesAnswerBlock): Delta[] {
  if (block.type === 'redacted_thinking') return [{ kind: 'redacted', signature: block.data }]
  if (block.type === 'text') return block.text === '' ? [] : [{ kind: 'text', text: block.text }]
  if (block.type === 'tool_use') {
    const input = JSON.stringify(block.input)
    return [{ kind: 'call', index, id: block.id, name: block.name }, ...(input === '{}' ? [] : [{ kind: 'arguments' as const, index, text: input }])]
  }
  return [...(block.thinking === '' ? [] : [{ kind: 'reasoning' as const, text: block.thinking }]), ...(block.signature ? [{ kind: 'signature' as const, signature: block.signature }] : [])]
}

interface BlockDelta {
  readonly type: string
  readonly text?: unknown
  readonly partial_json?: unknown
  readonly thinking?: unknown
  readonly signature?: unknown
}

function readDelta(index: number, { type, text, partial_json: json, thinking, signature }: BlockDelta): Delta[] {
  if (type === 'text_delta' && typeof text === 'string' && text !== '') return [{ kind: 'text', text }]
  if (type === 'thinking_delta' && typeof thinking === 'string' && thinking !== '') return [{ kind: 'reasoning', text: thinking }]
  if (type === 'signature_delta' && typeof signature === 'string' && signature !== '') return [{ kind: 'signature', signature }]
  if (type === 'input_json_delta' && typeof json === 'string' && json !== '') return [{ kind: 'arguments', index, text: json }]
  return []
}

function isUnknown(event: SseEvent): boolean {
  const type = typeOf(event)
  return type !== undefined && !known.has(type)
}
