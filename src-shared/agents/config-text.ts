import type { AgentFile, ConfigEntry } from './agent'

/** A file of an agent with nothing in it but our values. */
export function configText({ format, entries }: AgentFile): string {
  return format === 'json' ? `${JSON.stringify(nested(entries), null, 2)}\n` : tomlText(entries)
}

/** Values at the root come before tables, as TOML wants it; strings of JSON are strings of TOML (v1.0.0, "String"). */
function tomlText(entries: readonly ConfigEntry[]): string {
  const lines = entries.filter(({ path }) => path.length === 1).map(({ path, value }) => tomlLine(path.join('.'), value))
  const tables = entries.filter(({ path }) => path.length > 1).map(({ path, value }) => tomlTable(path, value))
  return [lines.join(''), ...tables].filter((part) => part !== '').join('\n')
}

export function tomlTable(path: readonly string[], value: ConfigEntry['value']): string {
  return `[${path.join('.')}]\n${Object.entries(value).map(([name, each]) => tomlLine(name, each)).join('')}`
}

export function tomlLine(name: string, value: unknown): string {
  return `${name} = ${JSON.stringify(value)}\n`
}

type Nested = { [name: string]: unknown }

function nested(entries: readonly ConfigEntry[]): Nested {
  const root: Nested = {}
  for (const { path, value } of entries) {
    const last = path.at(-1)
    if (last !== undefined) path.slice(0, -1).reduce(enter, root)[last] = value
  }
  return root
}

function enter(at: Nested, name: string): Nested {
  return (at[name] ??= {}) as Nested
}
