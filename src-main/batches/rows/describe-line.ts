import type { BatchEndpoint } from '@shared/domain/batch-report'
import { readRequestLine } from '../validate/request-line'
import type { LineBytes } from './read-lines'
import { questionOf, resultTextOf, type ResultText } from './texts'

export interface RequestText {
  readonly customId: string
  readonly question: string
}

/** @param line its number in the file, from 1; a body alone is named by it */
export function describeRequest(read: LineBytes, line: number, endpoint: BatchEndpoint): RequestText {
  const json = parse(read)
  if (json === undefined) return { customId: stringAt(read, 'custom_id') ?? `request-${line}`, question: lastStringOf(read) }
  const { customId = `request-${line}`, body = {} } = readRequestLine(json, line, endpoint)
  return { customId, question: questionOf(body) }
}

export interface ResultLineText extends ResultText {
  readonly customId: string
}

export function describeResult(read: LineBytes): ResultLineText {
  const json = parse(read)
  if (typeof json === 'object' && json !== null) return { customId: 'custom_id' in json && typeof json.custom_id === 'string' ? json.custom_id : '', ...resultTextOf({ ...json }) }
  const status = /"status_code"\s*:\s*(\d+)/.exec(read.bytes.toString('utf8'))?.[1]
  return { customId: stringAt(read, 'custom_id') ?? '', ...(status !== undefined && { statusCode: Number(status) }), answer: lastStringOf(read) }
}

/** Undefined for a line that is long, or none of JSON. */
function parse({ bytes, end }: LineBytes): unknown {
  if (end !== undefined) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Inside a text the quotes of a name are escaped, so that these are fields; the last letters of one that is cut do not matter. */
const stringField = (names: string): RegExp => new RegExp(`"(?:${names})"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)`, 'g')
const texts = stringField('content|text|prompt|input|message')

function stringAt({ bytes, end }: LineBytes, name: string): string | undefined {
  for (const part of [bytes, end]) {
    const found = part === undefined ? undefined : stringField(name).exec(part.toString('utf8'))?.[1]
    if (found !== undefined) return unescape(found)
  }
  return undefined
}

function lastStringOf({ bytes, end }: LineBytes): string {
  for (const part of [end, bytes]) {
    const found = part === undefined ? undefined : Array.from(part.toString('utf8').matchAll(texts), ([, text = '']) => text).findLast((text) => text !== '')
    if (found !== undefined) return unescape(found)
  }
  return ''
}

function unescape(inside: string): string {
  try {
    return String(JSON.parse(`"${inside}"`))
  } catch {
    return inside
  }
}
