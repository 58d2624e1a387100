import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { BodyLimits } from '../body-limits'
import type { Call } from '../call'
import { readBody } from '../read-body'

/**
 * The body of a call that is not for a model, checked.
 * @throws FirstError `body_too_large`, `request_timeout`, `invalid_json`, and `invalid_request` that names the first field that is not right
 */
export async function readJson<Value>({ request, cancellation }: Call, schema: z.ZodType<Value>, limits: BodyLimits): Promise<Value> {
  const parsed = schema.safeParse(parse((await readBody(request, limits, cancellation)).toString('utf8')))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const param = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : (issue?.path.join('.') ?? '')
  if (param === '') throw new FirstError('invalid_request', 'The body must be a JSON object.')
  throw new FirstError('invalid_request', `"${param}" of the body is not right: ${issue?.code === 'unrecognized_keys' ? 'there is no such field' : lowerFirst(issue?.message ?? '')}.`, { param })
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FirstError('invalid_json', `The body is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}.`)
  }
}
