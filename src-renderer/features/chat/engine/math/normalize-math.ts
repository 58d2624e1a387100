import { splitCodeBlocks } from './code-blocks'
import { isFormula, nextDollar } from './dollars'
import { continuationOf, displayMath, inlineMath, prefixOf } from './write-math'

/**
 * Writes all math of an answer the way remark-math reads it: `\(…\)` as `$…$`, `\[…\]` and `$$…$$` on lines of their
 * own, and `$` that is not math as `\$`. Code is left as it is. The text may be cut anywhere: what is not closed yet
 * is left as it came.
 */
export function normalizeMath(markdown: string): string {
  if (!/\$|\\[([]/.test(markdown)) return markdown
  const segments = splitCodeBlocks(markdown)
  return segments.map(({ kind, text }, index) => (kind === 'code' ? text : normalizeText(text, index === segments.length - 1))).join('')
}

interface Step {
  /** Replaces what was read from where the step began. */
  readonly write: string
  readonly next: number
}

function normalizeText(text: string, isLast: boolean): string {
  const special = /[\\`$]|https?:\/\//g
  let written = ''
  let at = 0
  for (;;) {
    special.lastIndex = at
    const found = special.exec(text)
    if (!found) return written + text.slice(at)
    written += text.slice(at, found.index)
    const step = stepAt(text, found.index, isLast)
    written = join(written, step.write)
    at = step.next
  }
}

/** A formula that goes to its own line leaves no space at the end of the one before. */
function join(written: string, added: string): string {
  return (added.startsWith('\n') ? written.trimEnd() : written) + added
}

function stepAt(text: string, at: number, isLast: boolean): Step {
  const character = text[at]
  if (character === 'h') return copyTo(text, at, endOf(/https?:\/\/[^\s<>)\]`]*/y, text, at))
  if (character === '`') return codeSpan(text, at, isLast)
  if (character === '$') return dollars(text, at, isLast)
  if (text[at + 1] === '(') return between(text, at, '\\)', paragraphEnd(text, at))
  if (text[at + 1] === '[') return between(text, at, '\\]', text.length)
  return copyTo(text, at, at + 2)
}

function copyTo(text: string, at: number, next: number): Step {
  return { write: text.slice(at, next), next }
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 1)
}

function paragraphEnd(text: string, from: number): number {
  const blank = /\n[ \t>]*\n/g
  blank.lastIndex = from
  return blank.exec(text)?.index ?? text.length
}

function codeSpan(text: string, at: number, isLast: boolean): Step {
  const afterMarks = endOf(/`+/y, text, at)
  const marks = afterMarks - at
  const end = paragraphEnd(text, at)
  for (const { 0: run, index } of text.slice(afterMarks, end).matchAll(/`+/g))
    if (run.length === marks) return copyTo(text, at, afterMarks + index + marks)
  // At the end of a text that grows, its other mark is yet to come.
  return copyTo(text, at, isLast && end === text.length ? end : afterMarks)
}

/** `\(…\)` and `\[…\]`, where the other mark is there before `end`. */
function between(text: string, at: number, close: '\\)' | '\\]', end: number): Step {
  const closeAt = text.indexOf(close, at + 2)
  const tex = text.slice(at + 2, closeAt)
  const isBroken = closeAt < 0 || closeAt > end || tex.trim() === '' || tex.includes(text.slice(at, at + 2))
  // `\[…\](…)` is a bracket that was escaped, before a parenthesis.
  if (isBroken || (close === '\\]' && text[closeAt + 2] === '(')) return copyTo(text, at, at + 2)
  return close === '\\)' ? { write: inlineMath(tex), next: closeAt + 2 } : display(text, at, tex, closeAt + 2)
}

function dollars(text: string, at: number, isLast: boolean): Step {
  const run = endOf(/\$+/y, text, at) - at
  if (run > 2) return copyTo(text, at, at + run)
  if (run === 1) {
    const end = nextDollar(text, at + 1, paragraphEnd(text, at))
    if (end === undefined || !isFormula(text, at, end)) return { write: '\\$', next: at + 1 }
    return { write: inlineMath(text.slice(at + 1, end)), next: end + 1 }
  }
  const line = lineAround(text, at)
  const isOwnLine = line.before === prefixOf(line.before) && text.slice(at + 2, line.end).trim() === ''
  const end = isOwnLine ? text.length : paragraphEnd(text, at)
  const closeAt = text.indexOf('$$', at + 2)
  if (closeAt >= 0 && closeAt < end && text.slice(at + 2, closeAt).trim() !== '') return display(text, at, text.slice(at + 2, closeAt), closeAt + 2)
  return copyTo(text, at, isLast ? end : at + 2)
}

function lineAround(text: string, at: number): { before: string; end: number } {
  const end = text.indexOf('\n', at)
  return { before: text.slice(text.lastIndexOf('\n', at - 1) + 1, at), end: end < 0 ? text.length : end }
}

/** A formula on lines of its own; in a table, which has none, within the line. */
function display(text: string, at: number, tex: string, next: number): Step {
  const { before } = lineAround(text, at)
  if (/^[ \t>]*\|/.test(before)) return { write: inlineMath(tex), next }
  const prefix = prefixOf(before)
  const lead = `\n${continuationOf(prefix)}`
  const [tail = '', mark = ''] = /^[ \t]*([.,;:]?)[ \t]*(?=\n|$)/.exec(text.slice(next, lineAround(text, next).end)) ?? []
  const hasTextAfter = tail === '' && next < lineAround(text, next).end
  const formula = displayMath(tex.trimEnd() + mark, prefix)
  const write = `${before === prefix ? '' : lead}${formula}${hasTextAfter ? lead : ''}`
  return { write, next: hasTextAfter ? endOf(/[ \t]*/y, text, next) : next + tail.length }
}
