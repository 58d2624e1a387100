import type { Answer, AnswerContext } from '../conversation'
import { groupParts, writeItem } from './items'
import { writeResponse } from './response'

/** A whole response. The item that a limit cut is the last. */
export function writeResponsesAnswer(answer: Answer, context: AnswerContext): object {
  const groups = groupParts(answer.parts)
  const output = groups.map((group, index) => writeItem(group, index, context, answer.stop === 'length' && index === groups.length - 1 ? 'incomplete' : 'completed'))
  return writeResponse(context, output, { kind: 'ended', answer })
}
