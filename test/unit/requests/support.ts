import type { Operation } from '@shared/domain/model'
import { isRequest, requestProblem } from '@shared/requests'

const user = { role: 'user', content: 'Hi' }

/** The least that each operation takes. */
export const least: Readonly<Record<Operation, Readonly<Record<string, unknown>>>> = {
  chat_completions: { model: 'm', messages: [user] },
  completions: { model: 'm', prompt: 'Once' },
  embeddings: { model: 'm', input: 'Once' },
  responses: { model: 'm', input: 'Hi' },
  messages: { model: 'm', max_tokens: 2048, messages: [user] },
  count_tokens: { model: 'm', messages: [user] },
}

/** What is wrong with the least request and these fields: the field, and the words for it. */
export function problemOf(operation: Operation, fields: Readonly<Record<string, unknown>>): string | undefined {
  return problemOfBody(operation, { ...least[operation], ...fields })
}

/** The quick answer and the one in words must agree. */
export function problemOfBody(operation: Operation, body: unknown): string | undefined {
  const problem = requestProblem(operation, body)
  if (isRequest(operation, body) !== (problem === undefined)) throw new Error('The compiled schema and the plain one do not agree.')
  return problem && `${problem.param}: ${problem.words}`
}
