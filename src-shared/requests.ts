import { z } from 'zod'
import { countBody, messagesBody } from './anthropic/messages-request'
import type { Operation } from './domain/model'
import { firstFields } from './first/known-fields'
import { chatBody } from './openai/chat'
import { completionBody } from './openai/completions'
import { embeddingBody } from './openai/embeddings'
import { responsesBody } from './openai/responses-request'

const schemas = {
  chat_completions: chatBody,
  responses: responsesBody,
  messages: messagesBody,
  completions: completionBody,
  embeddings: embeddingBody,
  count_tokens: countBody,
}

/** What the gateway reads of any request. */
export type RequestFields = { readonly model: string; readonly stream?: boolean | null | undefined } & Readonly<Record<string, unknown>>

/** What a request of each operation must be, as its official API has it. Fields that a schema does not know pass, and nothing is changed. */
export const requestSchemas: Readonly<Record<Operation, z.ZodType<RequestFields>>> = schemas

/** Made when first asked for: compiling takes some ten milliseconds each, and makes a check several times as quick. */
const compiled: Partial<Record<Operation, z.ZodType<RequestFields>>> = {}

/** Whether a body is a right request; in no more time than it takes to look at each of its values once. */
export function isRequest(operation: Operation, body: unknown): body is RequestFields {
  return (compiled[operation] ??= z.compile(requestSchemas[operation])).validate(body)
}

/** A body with a million mistakes is not worth a million words. */
const untilFirst = { reportInput: false, abortEarly: true }

/** The first thing that is wrong with a body, if anything is. */
export function requestProblem(operation: Operation, body: unknown): FieldProblem | undefined {
  const { error } = requestSchemas[operation].safeParse(body, untilFirst)
  return error === undefined ? undefined : fieldProblem(error)
}

/** The fields that a site which refuses extras takes; where FIRST's own schemas take any (Responses, Messages), those of ours. */
export function knownFields(operation: Operation): ReadonlySet<string> {
  return firstFields[operation] ?? new Set(Object.keys(schemas[operation].shape))
}

export interface FieldProblem {
  /** The field as OpenAI names it, `messages[0].content[1].image_url.url`; empty for the body itself. */
  readonly param: string
  /** Goes on from the name of the field: `must be between -2 and 2`, `is missing`. */
  readonly words: string
}

/** The first thing that an error says, where it is furthest inside. */
export function fieldProblem({ issues: [issue] }: z.core.$ZodError): FieldProblem {
  if (issue === undefined) return { param: '', words: 'is not valid' }
  const { path, message } = innermost(issue)
  return { param: pathText(path), words: message }
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`)).join('')
}

interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** How far the value was right. */
  readonly reach: number
}

/** Of the wrong type from the start, before any other check. */
const mistyped: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

/** Where a value fits none of several forms, the form that it fits furthest says what is wrong with it. */
function innermost(issue: z.core.$ZodIssue): Problem {
  const { path, message } = issue
  const own = { path, message, reach: 2 * path.length + (mistyped.has(issue.code) ? 0 : 1) }
  if (issue.code === 'invalid_key') return { ...own, message: issue.issues[0]?.message ?? message }
  if (issue.code !== 'invalid_union') return own
  let furthest: Problem = { path: [], message, reach: 0 }
  for (const [first] of issue.errors) {
    const inner = first === undefined ? furthest : innermost(first)
    if (inner.reach > furthest.reach) furthest = inner
  }
  return { ...furthest, path: [...path, ...furthest.path], reach: 2 * path.length + furthest.reach }
}
