import type { MatchRange } from './types'

const accents = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+/gu
const plainText = /^[\u0000-\u007f]*$/

/** A text as it is compared: lower case and without accents. */
export function fold(text: string): string {
  if (plainText.test(text)) return text.toLowerCase()
  // The Greek sigma's form at the end of a word is the same letter.
  return text.toLowerCase().normalize('NFD').replace(accents, '').replaceAll('ς', 'σ')
}

/** The words and "quoted phrases" of a query, folded; none of them twice. */
export function termsOf(query: string): string[] {
  const parts = query.matchAll(/"([^"]+)"|(\S+)/g)
  const terms = Array.from(parts, ([, phrase, word]) => fold((phrase ?? word ?? '').replaceAll('"', '').trim()))
  return [...new Set(terms)].filter((term) => term !== '')
}

/** Where any of the folded `terms` stands in `text`, in order, overlaps joined. */
export function findRanges(text: string, terms: readonly string[]): MatchRange[] {
  const { folded, origin } = foldWithOrigin(text)
  const found: MatchRange[] = []
  for (const term of terms)
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length))
      found.push({ start: origin[at] ?? 0, end: origin[at + term.length] ?? text.length })
  return joined(found)
}

function joined(ranges: MatchRange[]): MatchRange[] {
  const result: MatchRange[] = []
  for (const range of ranges.sort((left, right) => left.start - right.start)) {
    const last = result.at(-1)
    if (last && range.start <= last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
    else result.push(range)
  }
  return result
}

/** `fold`, and for each unit of the result, and for its end, where in `text` it came from. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = ''
  const origin: number[] = []
  let at = 0
  for (const character of text) {
    const part = fold(character)
    for (let unit = 0; unit < part.length; unit += 1) origin.push(at)
    folded += part
    at += character.length
  }
  origin.push(text.length)
  return { folded, origin }
}
