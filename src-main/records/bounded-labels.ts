/** The first `most` values as they are, and `other` for those that come after: a label must not grow with what is sent. */
export function boundedLabels(most: number, other: string): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= most) return other
    known.add(value)
    return value
  }
}
