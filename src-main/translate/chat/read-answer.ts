import type { Answer, AnswerContext } from '../conversation'
import type { Delta } from '../delta'
import { foldDeltas } from '../fold'
import { parseUpstream } from '../parse'
import { createThinkSplitter } from '../think-splitter'
import { readChatEnding, readChatUsage } from './ending'
import { chatAnswer } from './wire'

/**
 * Reads the first choice: no other protocol has several.
 * @throws FirstError `upstream_garbled`
 */
export function readChatAnswer(body: unknown, context: Pick<AnswerContext, 'id'>): Answer {
  const { choices, usage } = parseUpstream(chatAnswer, body)
  const choice = choices[0]
  const message = choice?.message
  const calls = message?.tool_calls ?? []
  const deltas: Delta[] = []
  const thought = message?.reasoning_content || message?.reasoning
  if (thought) deltas.push({ kind: 'reasoning', text: thought })
  const splitter = createThinkSplitter()
  deltas.push(...splitter.push(message?.content ?? ''), ...splitter.end())
  if (message?.refusal) deltas.push({ kind: 'refusal', text: message.refusal })
  for (const [index, call] of calls.entries())
    deltas.push({ kind: 'call', index, id: call.id === '' ? missingCallId(context, index) : call.id, name: call.function.name }, { kind: 'arguments', index, text: call.function.arguments })
  deltas.push({ kind: 'end', ...readChatEnding(choice ?? {}, calls.length > 0), ...(usage != null && { usage: readChatUsage(usage) }) })
  return foldDeltas(deltas)
}

/** Some servers name no call; a caller needs a name to answer it by. */
export function missingCallId({ id }: Pick<AnswerContext, 'id'>, index: number): string {
  return `call_${id}_${index}`
}
