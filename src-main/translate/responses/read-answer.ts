import { FirstError } from '@shared/errors'
import { responsesAnswer, type ResponsesAnswer } from '@shared/openai/responses'
import type { Answer } from '../conversation'
import { foldDeltas, unfoldAnswer } from '../fold'
import { parseUpstream } from '../parse'
import { readAnswerItem } from './read-request'
import { readResponsesUsage } from './response'

/** @throws FirstError `upstream_garbled`, or `upstream_error` for a response that failed */
export function readResponsesAnswer(body: unknown): Answer {
  const answer = parseUpstream(responsesAnswer, body)
  if (answer.status === 'failed') throw responseFailure(answer.error?.message)
  return foldDeltas(unfoldAnswer({ parts: answer.output.flatMap(readAnswerItem), ...readEnd(answer) }))
}

export function responseFailure(message: string | null | undefined): FirstError {
  return new FirstError('upstream_error', `The server failed while it answered${message == null ? '' : `: ${message}`}`)
}

export function readEnd({ status, incomplete_details: details, output, usage }: ResponsesAnswer): Omit<Answer, 'parts'> {
  const counted = usage == null ? {} : { usage: readResponsesUsage(usage) }
  if (status === 'incomplete') return { stop: details?.reason === 'content_filter' ? 'filter' : 'length', ...counted }
  return { stop: output.some(({ type }) => type === 'function_call' || type === 'custom_tool_call') ? 'calls' : 'end', ...counted }
}
