import { FirstError } from '@shared/errors'
import { problemOfPattern } from './pattern-guard'

/** Half of what llama.cpp allows for a grammar's repetitions; it counts a little more than the schema shows. */
export const maxRepetitions = 1000

/** Pairs of keywords whose order must hold: with no value allowed, sampling never ends. */
const ranges = [
  ['minItems', 'maxItems'],
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
] as const
const repetitions = ['minItems', 'maxItems', 'minLength', 'maxLength']
const choices = ['enum', 'anyOf', 'oneOf', 'type']

/**
 * Refuses a JSON schema that would end or hang the process, with every other request in it: llama.cpp turns a schema into a
 * grammar, and reports a grammar it cannot take by `terminate`.
 * @param param the field of the request that holds the schema.
 * @throws FirstError `invalid_request` naming the place in the schema.
 */
export function refuseUnsafeSchema(schema: unknown, param: string): void {
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) refuseUnsafeSchema(item, `${param}.${index}`)
    return
  }
  if (typeof schema !== 'object' || schema === null) return
  const problem = problemOf(new Map(Object.entries(schema)))
  if (problem) throw new FirstError('invalid_request', `The JSON schema cannot be used: ${problem} (at ${param}).`, { param })
  for (const [key, value] of Object.entries(schema)) refuseUnsafeSchema(value, `${param}.${key}`)
}

function problemOf(schema: ReadonlyMap<string, unknown>): string | undefined {
  for (const [low, high] of ranges) {
    const [from, to] = [schema.get(low), schema.get(high)]
    if (typeof from === 'number' && typeof to === 'number' && from > to) return `${low} is greater than ${high}`
  }
  for (const key of repetitions) {
    const times = schema.get(key)
    if (typeof times === 'number' && (times > maxRepetitions || times < 0)) return `${key} must be from 0 to ${maxRepetitions}`
  }
  for (const key of choices) {
    const allowed = schema.get(key)
    if (Array.isArray(allowed) && allowed.length === 0) return `${key} is empty`
  }
  const pattern = schema.get('pattern')
  return typeof pattern === 'string' ? problemOfPattern(pattern, maxRepetitions) : undefined
}
