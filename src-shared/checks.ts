import { z } from 'zod'

/**
 * The words of our checks of requests. Every message goes on from the name of the field: `"temperature" must be between 0 and 2`.
 * Nothing here changes a value: what is checked is what was sent.
 */
type Words = (issue: { readonly input?: unknown }) => string

const must = (what: string): Words => ({ input }) => (input === undefined ? 'is missing' : `must be ${what}`)
const listed = (values: readonly unknown[]): string => (values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`)

export const text = z.string({ error: must('a string') })
export const flag = z.boolean({ error: must('true or false') })
export const modelName = text.min(1, 'must not be empty').max(256, 'must be at most 256 characters')

export function upTo(characters: number): z.ZodString {
  return text.max(characters, `must be at most ${characters} characters`)
}

/** The name of a function or a schema. */
export function name(characters: number): z.ZodString {
  const words = `must be 1 to ${characters} letters, digits, underscores or dashes`
  return text.regex(/^[\w-]+$/, words).max(characters, words)
}

export function between(min: number, max: number): z.ZodNumber {
  const words = `must be between ${min} and ${max}`
  return z.number({ error: must('a number') }).min(min, words).max(max, words)
}

export function wholeBetween(min: number, max: number): z.ZodInt {
  const words = `must be between ${min} and ${max}`
  return z.int({ error: must('a whole number') }).min(min, words).max(max, words)
}

export function wholeFrom(min: number): z.ZodInt {
  return z.int({ error: must('a whole number') }).min(min, `must be at least ${min}`)
}

export function oneOf<const T extends string>(...values: readonly T[]): z.ZodEnum<{ [V in T]: V }> {
  return z.enum(values, { error: must(listed(values)) })
}

/** An object of these fields and any others. */
export function object<const T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$loose> {
  return z.looseObject(shape, { error: must('an object') })
}

/** Any object. */
export const jsonObject = z.record(z.string(), z.unknown(), { error: must('an object') })

export function list<T extends z.ZodType>(entry: T): z.ZodArray<T> {
  return z.array(entry, { error: must('a list') })
}

export function listUpTo<T extends z.ZodType>(entry: T, entries: number): z.ZodArray<T> {
  return list(entry).max(entries, `must have at most ${entries} entries`)
}

export function literal<const T extends string>(value: T): z.ZodLiteral<T> {
  return z.literal(value, { error: must(value) })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
const tagsOf = ({ _zod: { propValues } }: z.core.$ZodTypeDiscriminable, tag: string): unknown[] => [...(propValues[tag] ?? [])]

/** One of several objects, told apart by the text in the field `tag`. */
export function tagged<Tag extends string, const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(tag: Tag, options: T): z.ZodDiscriminatedUnion<T, Tag> {
  const named = must(listed(options.flatMap((option) => tagsOf(option, tag)).filter((value) => value != null)))
  return z.discriminatedUnion(tag, options, { error: ({ input }) => (isObject(input) ? named({ input: input[tag] }) : must('an object')({ input })) })
}

/** As `tagged`, and an object with another text in `type` passes unread: the protocol has, or will have, more kinds than are checked here. */
export function taggedOrOther<const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(options: T) {
  const known = z.discriminatedUnion('type', options, { error: ({ input }) => (isObject(input) ? must('a string')({ input: input['type'] }) : must('an object')({ input })) })
  const names = new Set(options.flatMap((option) => tagsOf(option, 'type')))
  const otherType = text
    .check(({ value, issues }) => {
      if (names.has(value)) issues.push({ code: 'invalid_value', values: [], input: value })
    })
    .meta({ not: { enum: [...names].filter((name) => name != null) } })
  return either('an object', known, z.looseObject({ type: otherType }))
}

/** The first of these that fits; where none does, the one that fits best says why (`requestProblem`). */
export function either<const T extends readonly [z.ZodType, ...z.ZodType[]]>(what: string, ...options: T): z.ZodUnion<T> {
  return z.union(options, { error: must(what) })
}

export function textOr<T extends z.ZodType>(what: string, other: T): z.ZodUnion<readonly [z.ZodString, T]> {
  return either(`a string or ${what}`, text, other)
}

/** Up to 16 pairs for the caller's own use (OpenAI's API reference, "metadata"). */
export const metadata = z
  .record(upTo(64), upTo(512), { error: must('an object') })
  .refine((pairs) => Object.keys(pairs).length <= 16, 'must have at most 16 entries')

/** Token ids, as text, to what is added to their likelihood. */
export const logitBias = z.record(z.string().regex(/^\d+$/, 'must be a token id, a whole number'), between(-100, 100), { error: must('an object') })

/** Any integer of 64 bits: more than JavaScript counts exactly, and passed on as it was sent. */
export const seed = z
  .number({ error: must('a whole number') })
  .min(-(2 ** 63), 'must fit into 64 bits')
  .max(2 ** 63, 'must fit into 64 bits')
  .refine(Number.isInteger, 'must be a whole number')
  .meta({ type: 'integer' })

export const stop = textOr('a list of strings', listUpTo(text, 4))
export const streamOptions = object({ include_usage: flag.nullish() })

/** A check that looks at several fields; it runs when each of them is right. */
export type CrossCheck<T> = (body: T, refuse: (path: readonly (string | number)[], words: string) => void) => void

export function withChecks<S extends z.ZodType>(schema: S, ...checks: readonly CrossCheck<z.output<S>>[]): S {
  return schema.check(({ value, issues }) => {
    for (const check of checks) check(value, (path, message) => void issues.push({ code: 'custom', path: [...path], message, input: value }))
  })
}

export const streamOptionsNeedStream: CrossCheck<{ stream?: boolean | null | undefined; stream_options?: unknown }> = (body, refuse) => {
  if (body.stream_options != null && body.stream !== true) refuse(['stream_options'], 'is only allowed when "stream" is true')
}
