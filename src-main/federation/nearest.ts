/** At most three names that look like the one wanted, best first: for "did you mean". */
export function nearest(names: readonly string[], wanted: string): readonly string[] {
  const pairs = letterPairs(wanted)
  return names
    .map((name) => ({ name, likeness: likeness(letterPairs(name), pairs) }))
    .filter(({ likeness }) => likeness >= 0.4)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Dice's coefficient over pairs of letters: 0 has none in common, 1 is equal. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const pair of a) if (b.has(pair)) shared++
  return (2 * shared) / (a.size + b.size)
}

/** Without the organisation before the slash, which users leave out. */
function letterPairs(name: string): ReadonlySet<string> {
  const text = ` ${name.slice(name.lastIndexOf('/') + 1).toLowerCase()}`
  return new Set(Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2)))
}
