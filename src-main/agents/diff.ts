import { createMask } from '../core/mask'

const contextLines = 3
/** Past so many pairs of lines the changed part is shown as a whole. */
const mostPairs = 4_000_000

interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** A unified diff of two texts for a person to read, with everything that may be a secret hidden; empty when they are the same. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return ''
  const lines = compare(linesOf(before ?? ''), linesOf(after))
  const hunks = hunksOf(lines).map((hunk) => hunkText(lines, hunk))
  return [`--- ${before === undefined ? '/dev/null' : path}\n`, `+++ ${path}\n`, ...hunks].join('')
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ mark: ' ', text }))
  return [...same(before.slice(0, start)), ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)), ...same(before.slice(before.length - end))]
}

/** The longest common subsequence, from the back. */
function middle(before: readonly string[], after: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ mark: '-', text })
  const added = (text: string): Line => ({ mark: '+', text })
  if (before.length * after.length > mostPairs) return [...before.map(removed), ...after.map(added)]
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: Line[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [old = '', next = ''] = [before[i], after[j]]
    if (i < before.length && j < after.length && old === next) {
      lines.push({ mark: ' ', text: old })
      i++
      j++
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old))
      i++
    } else {
      lines.push(added(next))
      j++
    }
  }
  return lines
}

interface Hunk {
  readonly from: number
  readonly to: number
}

function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = []
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue
    const from = Math.max(0, index - contextLines)
    const to = Math.min(lines.length, index + contextLines + 1)
    const last = hunks.at(-1)
    if (last !== undefined && from <= last.to) hunks[hunks.length - 1] = { from: last.from, to }
    else hunks.push({ from, to })
  }
  return hunks
}

function hunkText(lines: readonly Line[], { from, to }: Hunk): string {
  const range = (mark: '-' | '+'): string => {
    const count = (part: readonly Line[]): number => part.filter((line) => line.mark !== (mark === '-' ? '+' : '-')).length
    const length = count(lines.slice(from, to))
    return `${mark}${count(lines.slice(0, from)) + (length === 0 ? 0 : 1)},${length}`
  }
  return `@@ ${range('-')} ${range('+')} @@\n${lines.slice(from, to).map(({ mark, text }) => `${mark}${masked(text)}\n`).join('')}`
}

const mask = createMask()
const secretField = /((?:key|token|secret|password|authorization)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')/gi

function masked(line: string): string {
  return mask.apply(line.replace(secretField, '$1"[hidden]"'))
}
