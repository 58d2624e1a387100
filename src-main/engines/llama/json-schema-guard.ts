import { FirstError } from '@shared/errors'

/** llama.cpp's own limit on repetitions in a grammar; past it the process ends instead of the request. */
const maxRepetitions = 2000

/** Pairs of keywords whose order must hold: with no value allowed, sampling never ends. */
const ranges = [
  ['minItems', 'maxItems'],
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
] as const
const repetitions = ['minItems', 'maxItems', 'minLength', 'maxLength']

/** Back references, look-arounds and classes by property: not in llama.cpp's grammars. */
const unsafePattern = /\\[1-9kpPbBxucCdD]|\(\?(?!:)|\{\s*(\d+)\s*,?\s*(\d*)\s*\}|[*+?}][*+?]/g

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
  const allowed = schema.get('enum')
  if (Array.isArray(allowed) && allowed.length === 0) return 'enum is empty'
  const pattern = schema.get('pattern')
  return typeof pattern === 'string' ? problemOfPattern(pattern) : undefined
}

function problemOfPattern(pattern: string): string | undefined {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return 'a pattern must start with ^ and end with $'
  for (const found of pattern.matchAll(unsafePattern)) {
    const [text, from, to] = found
    if (from === undefined) return `the pattern uses "${text}", which this engine does not know`
    if (Number(from) > maxRepetitions || Number(to) > maxRepetitions) return `the pattern repeats more than ${maxRepetitions} times`
    if (to && Number(from) > Number(to)) return `the pattern's "${text}" is the wrong way round`
  }
  return undefined
}
