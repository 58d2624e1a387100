/**
 * Tokens of a text, where the place that answered did not count them: within a third of what o200k counts for prose in many scripts,
 * for code and for data (older tokenizers need up to twice as many outside Latin). Made for sums, not for limits of a context.
 * @param text the text itself, or only how many bytes of UTF-8 it has, of which four are about a token.
 */
export function estimateTokens(text: string | number): number {
  return typeof text === 'number' ? Math.ceil(text / 4) : Math.ceil(sumOfRuns(text))
}

/** What characters of one kind, one after the other, come to. */
interface Kind {
  readonly tokens: (length: number) => number
}

/** A word is one token up to a length, and about one more for each five letters beyond. */
const latin: Kind = { tokens: (length) => (length <= 7 ? 1 : 1 + (length - 7) / 5) }
/** Letters with accents break a word. */
const otherLatin: Kind = { tokens: (length) => 0.6 * length }
const digits: Kind = { tokens: (length) => Math.ceil(length / 3) }
const signs: Kind = { tokens: (length) => (length === 1 ? 0.9 : 0.6 * length) }
/** One blank goes with the word after it. */
const blanks: Kind = { tokens: (length) => (length === 1 ? 0 : 0.8) }
const lines: Kind = { tokens: () => 0.8 }
/** Greek, Cyrillic, Hebrew, Arabic and their neighbours. */
const otherAlphabets: Kind = { tokens: (length) => 0.3 + 0.32 * length }
const indic: Kind = { tokens: (length) => 0.3 + 0.5 * length }
/** Chinese, Japanese. */
const ideographs: Kind = { tokens: (length) => 0.95 * length }
const hangul: Kind = { tokens: (length) => 0.3 + 0.68 * length }
/** Halves of what is beyond the first plane: emoji and rare signs, about a token a half. */
const halves: Kind = { tokens: (length) => 0.9 * length }

/** Up to which code unit of UTF-16 each kind goes. */
const above: readonly (readonly [last: number, kind: Kind])[] = [
  [0x24f, otherLatin],
  [0x8ff, otherAlphabets],
  [0x10ff, indic],
  [0x11ff, hangul],
  [0x2dff, signs],
  [0xabff, ideographs],
  [0xd7ff, hangul],
  [0xdfff, halves],
  [0xfaff, ideographs],
  [0xffff, signs],
]

const ascii: readonly Kind[] = Array.from({ length: 0x80 }, (_, code) => {
  const sign = String.fromCharCode(code)
  if (/[A-Za-z]/.test(sign)) return latin
  if (/\d/.test(sign)) return digits
  if (sign === '\n' || sign === '\r') return lines
  return /\s/.test(sign) ? blanks : signs
})

function kindOf(code: number): Kind {
  return ascii[code] ?? above.find(([last]) => code <= last)?.[1] ?? signs
}

function sumOfRuns(text: string): number {
  let sum = 0
  let start = 0
  for (let at = 0, kind: Kind | undefined; at <= text.length; at++) {
    const next = at < text.length ? kindOf(text.charCodeAt(at)) : undefined
    if (next === kind) continue
    if (kind !== undefined) sum += kind.tokens(at - start)
    kind = next
    start = at
  }
  return sum
}
