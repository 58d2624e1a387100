import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { fieldProblem } from '@shared/requests'
import type { BodyLimits } from './body-limits'
import type { Call } from './call'
import { parseJson } from './inference-request'
import { readBody } from './read-body'

/**
 * The body of a call that is not for a model, checked as the bodies of those are.
 * @throws FirstError `body_too_large`, `request_timeout`, `invalid_json`, and what `checked` throws
 */
export async function readChecked<Value>({ request, cancellation }: Pick<Call, 'request' | 'cancellation'>, schema: z.ZodType<Value>, limits: BodyLimits): Promise<Value> {
  const bytes = await readBody(request, limits, cancellation)
  if (!isUtf8(bytes)) throw new FirstError('invalid_json', 'The body is not valid JSON: its bytes are not UTF-8.')
  return checked(schema, parseJson(bytes.toString('utf8')))
}

/** What the address asks behind its question mark; of a name that is there twice the last counts. @throws as `checked` */
export function readQuery<Value>({ request }: Pick<Call, 'request'>, schema: z.ZodType<Value>): Value {
  const { searchParams } = new URL(request.url ?? '', 'http://gateway')
  return checked(schema, Object.fromEntries(searchParams))
}

/** @throws FirstError `missing_required_parameter`, `unknown_parameter`, `invalid_request`: the first thing wrong, by the name of its field */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const unknown = error.issues.find(({ code }) => code === 'unrecognized_keys')
  const { param, words } = fieldProblem(error)
  if (param !== '') throw words === 'is missing' ? missing(param) : new FirstError('invalid_request', `"${param}" ${words}.`, { param })
  if (unknown?.code !== 'unrecognized_keys') throw new FirstError('invalid_request', 'The body must be a JSON object.')
  const [name = ''] = unknown.keys
  throw new FirstError('unknown_parameter', `There is no parameter "${name}" here.`, { param: name })
}

export const missing = (param: string): FirstError => new FirstError('missing_required_parameter', `The parameter "${param}" is missing.`, { param })
