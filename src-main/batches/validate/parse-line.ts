import { isUtf8 } from 'node:buffer'
import { locateJsonError } from '../../gateway/json-position'
import { condense } from './condense'
import type { LineProblem } from './request-line'

export interface ParsedLine {
  /** Where the line is long, its long strings are cut (condense.ts). */
  readonly json: unknown
  /** Of strings that were cut. */
  readonly omittedTextBytes: number
}

/** Shorter lines are parsed as they are. */
const longBytes = 2 ** 20

export function parseLine(given: Buffer | string): ParsedLine | { readonly problem: LineProblem } {
  if (typeof given === 'string') return parseText(given)
  if (!isUtf8(given)) return { problem: { code: 'invalid_json_line', message: 'The line is not text in UTF-8.', fix: 'Save the file as UTF-8.' } }
  return given.length > longBytes ? parseLong(given) : parseText(given.toString('utf8'))
}

function parseText(text: string): ParsedLine | { readonly problem: LineProblem } {
  try {
    return { json: JSON.parse(text), omittedTextBytes: 0 }
  } catch {
    return { problem: { code: 'invalid_json_line', ...jsonMistake(text) } }
  }
}

/** Where a mistake is in so long a line is not searched for. */
function parseLong(bytes: Buffer): ParsedLine | { readonly problem: LineProblem } {
  const notJson = { problem: { code: 'invalid_json_line', message: 'The line is not valid JSON.' } } as const
  const condensed = condense(bytes)
  if (condensed === 'invalid') return notJson
  if (condensed === 'crowded') return { problem: { code: 'invalid_request', message: 'The line holds too much to be read: over half a million objects and lists, or 16 MB beside its long texts.', fix: 'Send less in one request.' } }
  try {
    return { json: JSON.parse(condensed.bytes.toString('utf8')), omittedTextBytes: condensed.omittedTextBytes }
  } catch {
    return notJson
  }
}

function jsonMistake(text: string): { readonly message: string; readonly fix?: string } {
  const nul = text.indexOf('\0')
  if (nul !== -1) return { message: `The line has a NUL byte at character ${nul + 1}.`, fix: 'Write the file again: it was perhaps not written to its end.' }
  const { column, problem } = locateJsonError(text)
  return { message: `The line is not valid JSON: ${problem} at character ${column}.` }
}
