/** The name of an hour or a day, in the person's own writing. */
export function momentName(atMs: number, every: 'hour' | 'day', isLong = false): string {
  const at = new Date(atMs)
  if (every === 'day') return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short', ...(isLong && { weekday: 'short' }) })
  return at.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
}
