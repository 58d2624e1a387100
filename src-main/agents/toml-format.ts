import { parse, TomlError } from 'smol-toml'
import { tomlLine, tomlTable } from '@shared/agents/config-text'
import { FormatProblem, type ConfigFormat } from './config-format'
import { isGroup, type Step } from './values'

/**
 * TOML, edited by lines, since no library at hand keeps comments: values at the root, and tables by their header.
 * A file that spells them another way comes out wrong, and is refused when it is read again.
 */
export const tomlFormat: ConfigFormat = {
  parse(text) {
    try {
      return parse(text)
    } catch (cause) {
      if (cause instanceof TomlError) throw new FormatProblem(cause.line, cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'it is not TOML')
      throw cause
    }
  },
  apply(text, steps) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n'
    const lines = text === '' ? [] : text.split(/(?<=\n)/)
    if (lines.length > 0 && !text.endsWith('\n')) lines.push(`${lines.pop() ?? ''}${eol}`)
    for (const step of steps) (step.path.length === 1 ? setRootValue : setTable)(lines, step, eol)
    return lines.join('')
  },
}

const header = /^\s*\[/

function rootEnd(lines: readonly string[]): number {
  const first = lines.findIndex((line) => header.test(line))
  return first === -1 ? lines.length : first
}

function setRootValue(lines: string[], { path: [name = ''], value }: Step, eol: string): void {
  const end = rootEnd(lines)
  const known = new RegExp(String.raw`^(\s*(?:${name}|"${name}"|'${name}')\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^#\s]+)`)
  const at = lines.slice(0, end).findIndex((line) => known.test(line))
  if (value === undefined) {
    if (at >= 0) lines.splice(at, 1)
  } else if (at >= 0) {
    lines[at] = lines[at]?.replace(known, (_line, start: string) => `${start}${JSON.stringify(value)}`) ?? ''
  } else {
    // After the last value of the root: comments above the first table belong to it.
    const last = lines.slice(0, end).findLastIndex((line) => /^\s*[^#\s]/.test(line))
    lines.splice(last + 1, 0, tomlLine(name, value).replace('\n', eol))
  }
}

function setTable(lines: string[], { path, value }: Step, eol: string): void {
  const names = path.map((name) => String.raw`(?:${name}|"${name}"|'${name}')`).join(String.raw`\s*\.\s*`)
  const own = new RegExp(String.raw`^\s*\[\s*${names}\s*\]\s*(?:#.*)?$`)
  const start = lines.findIndex((line) => own.test(line.trimEnd()))
  const table = isGroup(value) ? tomlTable(path, value).split(/(?<=\n)/).map((line) => line.replace('\n', eol)) : []
  if (start >= 0) {
    const next = lines.findIndex((line, index) => index > start && header.test(line))
    const end = next === -1 ? lines.length : next
    // What stands between the last value and the next table, blank lines and comments, is not ours.
    const last = lines.slice(start, end).findLastIndex((line) => /^\s*[^#\s]/.test(line))
    lines.splice(start, last + 1, ...table)
    if (table.length === 0 && lines[start - 1]?.trim() === '') lines.splice(start - 1, 1)
  } else if (table.length > 0) {
    if (lines.length > 0) lines.push(eol)
    lines.push(...table)
  }
}
