/** A line with the insides of its long strings left out: as right or wrong as the whole, and a fraction of its size. */
export interface Condensed {
  readonly bytes: Buffer
  /** Left out of strings that have blanks, which pictures in base64 have not. */
  readonly omittedTextBytes: number
}

/** More than any field may have whose length is checked, also where each character is escaped; ids and names stay whole. */
const keptBytes = 4096
/** Each takes fifty bytes or more when it is parsed, and two in the file. */
const mostContainers = 500_000
/** Of what is left of a line; numbers and short texts take several times as much when they are parsed. */
const mostBytes = 16 * 2 ** 20

const quote = 0x22
const backslash = 0x5c
const blank = 0x20
const openings: ReadonlySet<number> = new Set([0x7b, 0x5b])
const plainEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))

/**
 * Parsing a line takes up to six times its size, and lines of 50 MB that hold pictures are usual.
 * @param bytes UTF-8
 * @returns `invalid` where a string is none of JSON (RFC 8259, section 7) or does not end, `crowded` where what is left would take too much memory to parse
 */
export function condense(bytes: Buffer): Condensed | 'invalid' | 'crowded' {
  const pieces: Buffer[] = []
  let copiedTo = 0
  let omittedTextBytes = 0
  let containers = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (openings.has(byte) && ++containers > mostContainers) return 'crowded'
    if (byte !== quote) continue
    const string = readString(bytes, at + 1)
    if (string === undefined) return 'invalid'
    if (string.keptTo < string.end) {
      pieces.push(bytes.subarray(copiedTo, string.keptTo))
      copiedTo = string.end
      if (bytes.subarray(at, string.keptTo).includes(blank)) omittedTextBytes += string.end - string.keptTo
    }
    at = string.end
  }
  pieces.push(bytes.subarray(copiedTo))
  if (pieces.reduce((sum, { length }) => sum + length, 0) > mostBytes) return 'crowded'
  return { bytes: Buffer.concat(pieces), omittedTextBytes }
}

/** `end` is where the closing quotation mark is; `keptTo` is the same, or between two characters before it. */
function readString(bytes: Buffer, start: number): { readonly keptTo: number; readonly end: number } | undefined {
  let keptTo: number | undefined
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return { keptTo: keptTo ?? at, end: at }
    if (byte < blank) return undefined
    if (keptTo === undefined && at - start >= keptBytes && (byte & 0xc0) !== 0x80) keptTo = at
    if (byte !== backslash) continue
    const length = escapeLength(bytes, at + 1)
    if (length === undefined) return undefined
    at += length
  }
  return undefined
}

function escapeLength(bytes: Buffer, at: number): number | undefined {
  const byte = bytes[at] ?? 0
  if (plainEscapes.has(byte)) return 1
  return byte === 0x75 && /^[0-9a-fA-F]{4}$/.test(bytes.toString('latin1', at + 1, at + 5)) ? 5 : undefined
}
