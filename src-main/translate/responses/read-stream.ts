import { FirstError } from '@shared/errors'
import { responsesEvent, type ResponsesItem } from '@shared/openai/responses'
import type { Delta, StreamReader } from '../delta'
import { wrapFreeform } from '../freeform'
import { parseEvent, typeOf } from '../parse'
import type { SseEvent } from '../sse'
import { readEnd, responseFailure } from './read-answer'
import { readReasoning } from './reasoning'

const known = new Set<string>(responsesEvent.options.map(({ shape }) => shape.type.value))

/** Reads the events of a response; those that only repeat what others said pass unread. */
export function createResponsesStreamReader(): StreamReader {
  let isOver = false
  const last = (delta: Delta): Delta[] => {
    isOver = true
    return [delta]
  }
  return {
    push(event) {
      if (isOver || event.data === '[DONE]' || isUnknown(event)) return []
      const said = parseEvent(responsesEvent, event)
      switch (said.type) {
        case 'response.created':
          return [{ kind: 'start' }]
        case 'response.output_item.added':
          return said.item.type === 'function_call' || said.item.type === 'custom_tool_call' ? [{ kind: 'call', index: said.output_index, id: said.item.call_id, name: said.item.name }] : []
        case 'response.output_item.done':
          return readDone(said.item, said.output_index)
        case 'response.output_text.delta':
          return worded('text', said.delta)
        case 'response.refusal.delta':
          return worded('refusal', said.delta)
        case 'response.reasoning_text.delta':
        case 'response.reasoning_summary_text.delta':
          return worded('reasoning', said.delta)
        case 'response.reasoning_summary_part.added':
          return said.summary_index > 0 ? [{ kind: 'reasoning', text: '\n\n' }] : []
        case 'response.function_call_arguments.delta':
          return said.delta === '' ? [] : [{ kind: 'arguments', index: said.output_index, text: said.delta }]
        case 'response.completed':
        case 'response.incomplete':
          return last({ kind: 'end', ...readEnd(said.response) })
        case 'response.failed':
          return last({ kind: 'error', error: responseFailure(said.response.error?.message) })
        case 'error':
          return last({ kind: 'error', error: responseFailure(said.message ?? said.error?.message) })
      }
    },
    end: () => (isOver ? [] : last({ kind: 'error', error: new FirstError('upstream_garbled', 'The server ended its answer before it was whole.') })),
  }
}

function worded(kind: 'text' | 'refusal' | 'reasoning', text: string): Delta[] {
  return text === '' ? [] : [{ kind, text }]
}

/** What only a finished item says. */
function readDone(item: ResponsesItem, index: number): Delta[] {
  if (item.type === 'custom_tool_call') return [{ kind: 'arguments', index, text: wrapFreeform(item.input) }]
  if (item.type !== 'reasoning') return []
  const { signature, isRedacted } = readReasoning(item)
  if (signature === undefined) return []
  return [{ kind: isRedacted === true ? 'redacted' : 'signature', signature }]
}

function isUnknown(event: SseEvent): boolean {
  const type = typeOf(event)
  return type !== undefined && !known.has(type)
}
