/** A formula within a line. As with code spans, the marks are longer than any run of `$` in it; two would mean a line of its own. */
export function inlineMath(tex: string): string {
  const clean = tex.replace(/\n[ \t>]*/g, ' ').trim()
  const longest = Math.max(0, ...Array.from(clean.matchAll(/\$+/g), ([run]) => run.length))
  const marks = longest === 0 ? '$' : '$'.repeat(Math.max(3, longest + 1))
  const pad = longest === 0 ? '' : ' '
  return `${marks}${pad}${clean}${pad}${marks}`
}

const containers = /^(?:[ \t]*(?:>|[-*+]|\d+[.)])(?=[ \t]|$))*[ \t]*/

/** What a line begins with before its text: quotation marks, a list's mark, spaces. */
export function prefixOf(line: string): string {
  return containers.exec(line)?.[0] ?? ''
}

/** The lines of a formula of its own, as remark-math wants them; the first goes on behind what its line began with. */
export function displayMath(tex: string, prefix: string): string {
  const lead = continuationOf(prefix)
  const lines = tex
    .split('\n')
    .map((line) => (lead.includes('>') ? line.replace(/^(?:[ \t]*>)+/, '') : line).trim())
    .filter((line) => line !== '')
  return ['$$', ...lines.map((line) => lead + line), `${lead}$$`].join('\n')
}

/** What goes before the further lines of the same list item or quotation. */
export function continuationOf(prefix: string): string {
  return prefix.replace(/[^>\s]/g, ' ')
}
