const literal = String.raw`[^\\^$.*+?()[\]{}|"\x00-\x1f]`
/** llama.cpp unescapes these and no others: `\d` and `\w` would reach its grammar as they are. */
const escaped = String.raw`\\[.*+?()[\]{}|^$]`
const characterClass = String.raw`\[\^?(?:[^\\[\]"\x00-\x1f]|\\[[\]\\])+\]`
const quantifier = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})?`
const atom = String.raw`(?:${literal}|${escaped}|${characterClass}|\.|\))${quantifier}`
const known = new RegExp(String.raw`^\^(?:${atom}|\((?:\?:)?|\|)*\$$`)

/** Says why llama.cpp's grammars cannot express a pattern, or cannot afford it; undefined when they can. */
export function problemOfPattern(pattern: string, maxRepetitions: number): string | undefined {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return 'a pattern must start with ^ and end with $'
  if (!known.test(pattern) || !compiles(pattern))
    return 'this engine knows only literals, classes such as [0-9a-z], groups, alternatives and quantifiers in a pattern (write [0-9] for \\d)'
  const parts = 1 + [...pattern.matchAll(/[({*+?]/g)].length
  const times = [...pattern.matchAll(/\{(\d+),?(\d*)\}/g)].flatMap(([, from, to]) => [Number(from), Number(to)])
  return Math.max(1, ...times) * parts > maxRepetitions ? `the pattern repeats too much: its largest count times its ${parts} parts must not pass ${maxRepetitions}` : undefined
}

/** Finds what is out of balance or the wrong way round. */
function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch {
    return false
  }
}
