import { messagesAnswer } from '@shared/anthropic/messages'
import type { Answer } from '../conversation'
import { foldDeltas, unfoldAnswer } from '../fold'
import { parseUpstream } from '../parse'
import { readMessagesEnding, readMessagesUsage } from './ending'
import { readAnswerBlock } from './read-request'

/** @throws FirstError `upstream_garbled` */
export function readMessagesAnswer(body: unknown): Answer {
  const answer = parseUpstream(messagesAnswer, body)
  const usage = answer.usage == null ? {} : { usage: readMessagesUsage(answer.usage) }
  // Neighbouring blocks of one kind become one, as they do in a stream.
  return foldDeltas(unfoldAnswer({ parts: answer.content.map(readAnswerBlock), ...readMessagesEnding(answer), ...usage }))
}
