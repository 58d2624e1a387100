import { z } from 'zod'

interface Limits {
  /** Nothing, or an empty text, is the start of a document. */
  readonly mayBeEmpty: boolean
  /** Of each list, the outer one and those of tokens. */
  readonly maxEntries?: number
}

type TextsOrTokens = string | string[] | number[] | number[][] | null

/** A text, texts, token ids, or lists of token ids. By hand: there may be millions of tokens, and a union would read them once for each of its kinds. */
export function textsOrTokens(limits: Limits): z.ZodType<TextsOrTokens> {
  const maximum = limits.maxEntries === undefined ? {} : { maxItems: limits.maxEntries }
  const tokens = { type: 'array', minItems: 1, ...maximum, items: { type: 'integer', minimum: 0 } } as const
  const string = limits.mayBeEmpty ? { type: 'string' } : { type: 'string', minLength: 1 }
  const nothing = limits.mayBeEmpty ? [{ type: 'null' }] : []
  return z
    .custom<TextsOrTokens>()
    .check(({ value, issues }) => {
      const problem = problemOfInput(value, limits)
      if (problem !== undefined) issues.push({ code: 'custom', input: value, path: problem.path, message: problem.words })
    })
    .meta({ anyOf: [string, { type: 'array', minItems: 1, ...maximum, items: string }, tokens, { type: 'array', minItems: 1, ...maximum, items: tokens }, ...nothing] })
}

interface Problem {
  readonly path: number[]
  readonly words: string
}

function problemOfInput(value: unknown, limits: Limits): Problem | undefined {
  if (value === undefined) return { path: [], words: 'is missing' }
  if (value === null && limits.mayBeEmpty) return undefined
  if (typeof value === 'string') return problemOfText(value, [], limits)
  if (!Array.isArray(value)) return { path: [], words: 'must be a string, a list of strings, or token ids' }
  const length = problemOfLength(value, [], limits)
  if (length !== undefined) return length
  const kind = kindOf(value[0])
  if (kind === 'other') return { path: [0], words: 'must be a string, a token id or a list of token ids' }
  if (kind === 'token') return problemOfTokens(value, [])
  for (const [index, entry] of value.entries()) {
    if (kindOf(entry) !== kind) return { path: [index], words: kind === 'text' ? 'must be a string, as the first entry is' : 'must be a list of token ids, as the first entry is' }
    const problem = typeof entry === 'string' ? problemOfText(entry, [index], limits) : problemOfList(entry as unknown[], [index], limits)
    if (problem !== undefined) return problem
  }
  return undefined
}

function kindOf(entry: unknown): 'text' | 'token' | 'tokens' | 'other' {
  if (typeof entry === 'string') return 'text'
  if (typeof entry === 'number') return 'token'
  return Array.isArray(entry) ? 'tokens' : 'other'
}

function problemOfText(value: string, path: number[], { mayBeEmpty }: Limits): Problem | undefined {
  return value === '' && !mayBeEmpty ? { path, words: 'must not be empty' } : undefined
}

function problemOfList(list: readonly unknown[], path: number[], limits: Limits): Problem | undefined {
  return problemOfLength(list, path, limits) ?? problemOfTokens(list, path)
}

function problemOfLength(list: readonly unknown[], path: number[], { maxEntries }: Limits): Problem | undefined {
  if (list.length === 0) return { path, words: 'must not be empty' }
  return maxEntries !== undefined && list.length > maxEntries ? { path, words: `must have at most ${maxEntries} entries` } : undefined
}

function problemOfTokens(list: readonly unknown[], path: number[]): Problem | undefined {
  const at = list.findIndex((token) => !Number.isInteger(token) || (token as number) < 0)
  return at === -1 ? undefined : { path: [...path, at], words: 'must be a token id, a whole number' }
}
