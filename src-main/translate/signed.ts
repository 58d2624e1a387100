import type { AnswerPart, Turn } from './conversation'

/** Only reasoning that a server signed, or encrypted, is taken back by Messages and Responses. */
export const isSigned = (part: AnswerPart): boolean => part.kind === 'reasoning' && part.signature !== undefined

export function hasUnsigned(turns: readonly Turn[]): boolean {
  return turns.some((turn) => turn.role === 'assistant' && turn.parts.some((part) => part.kind === 'reasoning' && !isSigned(part)))
}
