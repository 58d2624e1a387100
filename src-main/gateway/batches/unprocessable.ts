import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { ValidationFault } from '@shared/first/errors'

/** As FIRST's validation calls what our checks find (Pydantic's documentation, "Validation Errors"). */
function typeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'missing' : `${issue.expected}_type`
  return { invalid_value: 'enum', too_small: 'string_too_short', too_big: 'string_too_long' }[issue.code as string] ?? 'value_error'
}

/** One fault a field, and one for each field that nobody knows. */
function faultsOf(issue: z.core.$ZodIssue, place: string): ValidationFault[] {
  const loc = [place, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ type: 'extra_forbidden', loc: [...loc, key], msg: 'Extra inputs are not permitted' }))
  const type = typeOf(issue)
  return [{ type, loc, msg: type === 'missing' ? 'Field required' : issue.message }]
}

/** A body or a query as FIRST checks it. @throws FirstError `unprocessable`, answered as `{detail: [{type, loc, msg}]}` */
export function validated<Value>(schema: z.ZodType<Value>, value: unknown, place: 'body' | 'query'): Value {
  const { success, data, error } = schema.safeParse(value, { reportInput: true })
  if (success) return data
  const detail = error.issues.flatMap((issue) => faultsOf(issue, place))
  const param = detail[0]?.loc.slice(1).join('.') ?? ''
  throw new FirstError('unprocessable', `"${param}" is not right: ${detail[0]?.msg ?? ''}.`, { param, info: { detail } })
}
