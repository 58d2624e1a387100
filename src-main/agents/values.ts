import { isDeepStrictEqual } from 'node:util'
import type { ConfigEntry } from '@shared/agents/agent'

export type ConfigValues = Readonly<Record<string, unknown>>

/** A change of one place in a file; without a value the place is taken out. */
export interface Step {
  readonly path: readonly string[]
  readonly value?: unknown
}

export function isGroup(value: unknown): value is ConfigValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

export function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, name) => (isGroup(here) && Object.hasOwn(here, name) ? here[name] : undefined), values)
}

/** Parsers differ in the prototypes of what they make. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(structuredClone(one), structuredClone(other))
}

/** What must change for a file to hold the entries; nothing where it does. */
export function stepsTo(values: ConfigValues, entries: readonly ConfigEntry[]): readonly Step[] {
  return entries.filter(({ path, value }) => !isSame(valueAt(values, path), value)).map(({ path, value }) => ({ path, value }))
}

/** What must change for a file, edited by others meanwhile, to be without us: a value that is not ours any more stays. */
export function stepsBack(values: ConfigValues, before: ConfigValues, entries: readonly ConfigEntry[]): readonly Step[] {
  return entries
    .filter(({ path, value, isOurs }) => valueAt(values, path) !== undefined && (isOurs === true || isSame(valueAt(values, path), value)))
    .map(({ path }) => {
      const earlier = valueAt(before, path)
      return earlier === undefined ? { path } : { path, value: earlier }
    })
}

/** The values after the steps; groups that a removal left empty go with it. */
export function withSteps(values: ConfigValues, steps: readonly Step[]): ConfigValues {
  return steps.reduce<ConfigValues>((all, { path, value }) => setIn(all, path, value), values)
}

function setIn(values: ConfigValues, [name, ...rest]: readonly string[], value: unknown): ConfigValues {
  if (name === undefined) return values
  const inner = values[name]
  const next = rest.length === 0 ? value : setIn(isGroup(inner) ? inner : {}, rest, value)
  const others = Object.entries(values).filter(([each]) => each !== name)
  const isEmpty = next === undefined || (value === undefined && isGroup(next) && Object.keys(next).length === 0)
  return isEmpty ? Object.fromEntries(others) : { ...values, [name]: next }
}
