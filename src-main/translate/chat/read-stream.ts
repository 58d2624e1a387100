import { FirstError } from '@shared/errors'
import type { AnswerContext, TokenUsage } from '../conversation'
import type { Delta, StreamReader } from '../delta'
import { parseEvent } from '../parse'
import { createThinkSplitter } from '../think-splitter'
import { type ChatEnding, readChatEnding, readChatUsage } from './ending'
import { missingCallId } from './read-answer'
import { chatChunk } from './wire'

/** Reads the first choice of a stream of chat chunks. An answer that said why it stopped is whole even without `[DONE]`. */
export function createChatStreamReader(context: Pick<AnswerContext, 'id'>): StreamReader {
  const splitter = createThinkSplitter()
  const callIds = new Map<number, string>()
  let hasStarted = false
  let isOver = false
  let ending: ChatEnding | undefined
  let usage: TokenUsage | undefined

  const finish = (): Delta[] => {
    isOver = true
    if (ending === undefined) return [...splitter.end(), { kind: 'error', error: new FirstError('upstream_garbled', 'The server ended its answer before it was whole.') }]
    return [...splitter.end(), { kind: 'end', ...readChatEnding(ending, callIds.size > 0), ...(usage !== undefined && { usage }) }]
  }
  const readCall = (call: CallDelta): Delta[] => {
    const index = call.index ?? callIds.size - (call.id ? 0 : 1)
    const deltas: Delta[] = []
    if (!callIds.has(index)) {
      const id = call.id || missingCallId(context, index)
      callIds.set(index, id)
      deltas.push({ kind: 'call', index, id, name: call.function?.name ?? '' })
    }
    if (call.function?.arguments) deltas.push({ kind: 'arguments', index, text: call.function.arguments })
    return deltas
  }
  return {
    push(event) {
      if (isOver) return []
      if (event.data === '[DONE]') return finish()
      const { choices, usage: said, error } = parseEvent(chatChunk, event)
      if (error != null || event.name === 'error') {
        isOver = true
        const message = typeof error === 'string' ? error : error?.message
        return [{ kind: 'error', error: new FirstError('upstream_error', `The server failed while it answered${message === undefined ? '' : `: ${message}`}`) }]
      }
      const deltas: Delta[] = hasStarted ? [] : [{ kind: 'start' }]
      hasStarted = true
      if (said != null) usage = readChatUsage(said)
      const choice = choices?.find(({ index }) => index == null || index === 0)
      if (choice === undefined) return deltas
      const thought = choice.delta?.reasoning_content || choice.delta?.reasoning
      if (thought) deltas.push({ kind: 'reasoning', text: thought })
      if (choice.delta?.content) deltas.push(...splitter.push(choice.delta.content))
      if (choice.delta?.refusal) deltas.push(...splitter.end(), { kind: 'refusal', text: choice.delta.refusal })
      if (choice.delta?.tool_calls?.length) deltas.push(...splitter.end(), ...choice.delta.tool_calls.flatMap(readCall))
      if (choice.finish_reason) ending = choice
      return deltas
    },
    end: () => (isOver ? [] : finish()),
  }
}

interface CallDelta {
  readonly index?: number | null | undefined
  readonly id?: string | null | undefined
  readonly function?: { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined } | null | undefined
}
