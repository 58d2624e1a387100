import { z } from 'zod'

/** @returns the keys that the schema knows for the object at `path`, following what the value itself chooses in a union. */
export function knownKeys(schema: unknown, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const here = unwrap(schema)
  if (here instanceof z.ZodDiscriminatedUnion) {
    const { discriminator, options } = here.def
    const chosen = options.find((option) => option instanceof z.ZodObject && accepts(option.shape[discriminator], field(value, discriminator)))
    return chosen === undefined ? [] : knownKeys(chosen, path, value)
  }
  const [head, ...rest] = path
  if (head === undefined) return here instanceof z.ZodObject ? Object.keys(here.shape) : []
  if (here instanceof z.ZodArray) return knownKeys(here.element, rest, field(value, head))
  if (here instanceof z.ZodObject && typeof head === 'string') return knownKeys(here.shape[head], rest, field(value, head))
  return []
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return unwrap(schema.def.innerType)
  return schema
}

function accepts(schema: unknown, value: unknown): boolean {
  return schema instanceof z.ZodType && schema.safeParse(value).success
}

function field(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

/** @returns the candidate that a person most likely meant; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(candidate.length < 4 ? 1 : 2, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.distance - other.distance)
  return best?.candidate
}

/** Levenshtein's, with one row of memory. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column += 1)
      next.push(Math.min((row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1)))
    row = next
  }
  return row[other.length] ?? 0
}
