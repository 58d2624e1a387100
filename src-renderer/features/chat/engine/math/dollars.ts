/** Where the next single `$` after `from` stands, before `end`; one behind a backslash does not count. */
export function nextDollar(text: string, from: number, end: number): number | undefined {
  for (let at = from; at < end; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '`') return undefined
    else if (text[at] === '$') return text[at + 1] === '$' ? undefined : at
  }
  return undefined
}

const plainWords = /(?:^|\s)[A-Za-z]{2,}[,.]?\s+[A-Za-z]{2,}(?=\s|[,.]|$)/
const texMarks = /[\\^_{}=<>]/

/**
 * Whether `text` from the `$` at `start` to the `$` at `end` is a formula and not two sums of money or two variables
 * of a shell: no space inside next to the marks, no digit after the second (Pandoc's rule for `tex_math_dollars`),
 * and not prose.
 */
export function isFormula(text: string, start: number, end: number): boolean {
  const inner = text.slice(start + 1, end)
  const previous = text[start - 1] ?? ''
  const next = text[end + 1] ?? ''
  if (inner === '' || /^\s|\s$/.test(inner) || /[\p{L}\p{N}]/u.test(previous) || /\d/.test(next)) return false
  if (texMarks.test(inner)) return !(isShellName(inner) && isWordStart(next))
  if (plainWords.test(inner) || (/^\d/.test(inner) && /\s[A-Za-z]{2,}/.test(inner))) return false
  // `$HOME/$USER`, `$a/$b`: the second `$` begins a name.
  if (isWordStart(next) && (isShellName(inner) || /[^\p{L}\p{N})\]'!]$/u.test(inner))) return false
  return true
}

function isShellName(inner: string): boolean {
  return /^[A-Z_]{2,}|^\{[A-Za-z_]+\}/.test(inner)
}

function isWordStart(next: string): boolean {
  return /[A-Za-z_{(]/.test(next)
}
