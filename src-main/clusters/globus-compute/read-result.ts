import { FirstError } from '@shared/errors'
import { readPickledText } from './read-pickle'
import { unpack } from './serialize'

/**
 * What a function returned, without Python: JSON (`11`), a pickled string (`00`), or both (`13`). A string that is JSON
 * itself, which the functions of FIRST return, is read too.
 * @throws FirstError `upstream_garbled` for any other form
 */
export function readResult(result: string): unknown {
  const value = valueOf(result)
  if (typeof value.value !== 'string') return value.value
  return parse(value.value)?.value ?? value.value
}

interface Value {
  readonly value: unknown
}

function valueOf(buffer: string): Value {
  const body = buffer.slice(3)
  const read = buffer[2] === '\n' ? readers[buffer.slice(0, 2)]?.(body) : undefined
  if (read !== undefined) return read
  throw new FirstError('upstream_garbled', 'The function on the cluster returned something that is no JSON.', { action: 'Let the function return json.dumps(…), or plain lists, dictionaries, texts and numbers.' })
}

const readers: Readonly<Record<string, (body: string) => Value | undefined>> = {
  '11': (body) => parse(body),
  '00': (body) => {
    const text = readPickledText(Buffer.from(body, 'base64'))
    return text === undefined ? undefined : { value: text }
  },
  '13': (body) => {
    const parts = unpack(body)
    const best = parts?.find((part) => part.startsWith('11\n')) ?? parts?.find((part) => part.startsWith('00\n'))
    return best === undefined ? undefined : valueOf(best)
  },
}

/** Python writes numbers that JSON does not have; they become null. */
function parse(text: string): Value | undefined {
  return parseStrictly(text) ?? parseStrictly(text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|-?\b(?:NaN|Infinity)\b/gs, (found, quoted?: string) => (quoted === undefined ? 'null' : found)))
}

function parseStrictly(text: string): Value | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
