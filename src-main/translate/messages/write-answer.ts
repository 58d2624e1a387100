import type { Answer, AnswerContext, AnswerPart } from '../conversation'
import { argumentsObject } from '../parse'
import { writeMessagesEnding, writeMessagesUsage } from './ending'

/** A whole message. */
export function writeMessagesAnswer(answer: Answer, { id, model }: AnswerContext): object {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: answer.parts.filter(hasContent).map(writeAnswerPart),
    ...writeMessagesEnding(answer, answer.parts.some(({ kind }) => kind === 'refusal')),
    usage: writeMessagesUsage(answer.usage),
  }
}

const hasContent = (part: AnswerPart): boolean => part.kind === 'call' || part.text !== '' || (part.kind === 'reasoning' && part.signature !== undefined)

export function writeAnswerPart(part: AnswerPart): object {
  if (part.kind === 'call') return { type: 'tool_use', id: part.id, name: part.name, input: argumentsObject(part.arguments) }
  if (part.kind !== 'reasoning') return { type: 'text', text: part.text }
  if (part.isRedacted === true) return { type: 'redacted_thinking', data: part.signature ?? '' }
  return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' }
}
