import type { MatchRange } from '@renderer/db'

/** Marks of Markdown that say nothing in a line of plain text. */
const marks = /\*\*|__|`+|(?<=^|\s)#{1,6}\s|(?<=^|\s)>\s|\|/g

export interface PlainSnippet {
  readonly text: string
  /** Half-open, in order. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
}

/** A snippet without the marks of Markdown, and where its matches stand then; a mark inside a match stays. */
export function plainSnippet(snippet: string, ranges: readonly MatchRange[]): PlainSnippet {
  const cuts = [...snippet.matchAll(marks)]
    .map(({ index, 0: { length } }) => ({ from: index, to: index + length }))
    .filter(({ from, to }) => !ranges.some(({ start, end }) => from < end && to > start))
  const moved = (at: number) => at - cuts.filter(({ to }) => to <= at).reduce((sum, { from, to }) => sum + to - from, 0)
  let text = ''
  let last = 0
  for (const { from, to } of cuts) {
    text += snippet.slice(last, from)
    last = to
  }
  return { text: text + snippet.slice(last), ranges: ranges.map(({ start, end }) => [moved(start), moved(end)] as const) }
}
