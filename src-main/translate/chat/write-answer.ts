import type { Answer, AnswerContext } from '../conversation'
import { finishReasons, writeChatUsage } from './ending'

/** A whole chat completion of one choice; reasoning goes as `reasoning_content`, as most engines have it. */
export function writeChatAnswer({ parts, stop, usage }: Answer, { id, model, createdS }: AnswerContext): object {
  const joined = (kind: 'text' | 'refusal' | 'reasoning') => parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join('')
  const calls = parts.flatMap((part) => (part.kind === 'call' ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } }] : []))
  const text = joined('text')
  const refusal = joined('refusal')
  const reasoning = joined('reasoning')
  const message = {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: createdS,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[stop] }],
    ...(usage !== undefined && { usage: writeChatUsage(usage) }),
  }
}
