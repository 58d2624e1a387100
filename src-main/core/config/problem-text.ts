import type { z } from 'zod'
import { clusterKind } from '@shared/domain/cluster'
import { knownKeys, nearest } from './schema-shape'

export interface PathProblem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of keys',
  array: 'a list',
}

/** Turns an issue of the schema into sentences for the person who wrote the file: one a wrong key. */
export function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): readonly PathProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: sentence(issue, valueAt(value, issue.path)) }]
  const known = knownKeys(schema, issue.path, value)
  return issue.keys.map((key) => {
    const meant = nearest(key, known)
    const advice = meant === undefined ? (known.length > 0 ? `; known here: ${known.join(', ')}` : '') : `; did you mean ${meant}?`
    return { path: [...issue.path, key], message: `there is no key ${key} here${advice}` }
  })
}

function sentence(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return found === undefined ? `is missing; it is ${typeNames[issue.expected] ?? issue.expected}` : `must be ${typeNames[issue.expected] ?? issue.expected}, not ${named(found)}`
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}, not ${named(found)}`
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${unit(issue.origin)}`
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}${unit(issue.origin)}`
    case 'invalid_union':
      return issue.path.at(-1) === 'framework' ? 'is no framework of this machine: use llama, vllm, infinity or api' : `is none of the kinds that are known: use ${clusterKind.options.join(' or ')}`
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a web address, such as https://api.example.org/v1' : issue.message
    default:
      return issue.message
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' entries' : ''
}

function named(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return value.length <= 40 ? `"${value}"` : 'this text'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a group of keys'
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined), value)
}
