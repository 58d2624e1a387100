import { findRanges } from './fold'
import type { MatchRange } from './types'

const before = 48
const longest = 200

/** The piece of a text around its first match, on one line, with the matches in it. */
export function makeSnippet(text: string, terms: readonly string[]): { snippet: string; ranges: MatchRange[] } {
  const first = findRanges(text, terms)[0]?.start ?? 0
  const start = first <= before ? 0 : nextWord(text, first - before, first)
  const cut = text.slice(start, start + longest).replace(/\s+/g, ' ').trim()
  const snippet = `${start > 0 ? '…' : ''}${cut}${start + longest < text.length ? '…' : ''}`
  return { snippet, ranges: findRanges(snippet, terms) }
}

/** The next beginning of a word from `from`, but not past `until`. */
function nextWord(text: string, from: number, until: number): number {
  const space = text.slice(from, until).search(/\s\S/)
  return space < 0 ? from : from + space + 1
}
