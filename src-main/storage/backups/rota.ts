export interface RotaEntry {
  readonly id: string
  readonly takenAtMs: number
  readonly conversations: number
}

const dayMs = 86_400_000

/**
 * Which snapshots stay: the newest five, the newest of each of seven days and of each of four weeks, and the fullest,
 * so that snapshots of an emptied window never push out the last one with everything in it.
 */
export function keptIds(entries: readonly RotaEntry[], nowMs: number): ReadonlySet<string> {
  const newestFirst = [...entries].sort((one, other) => other.takenAtMs - one.takenAtMs)
  const fullest = newestFirst.reduce<RotaEntry | undefined>((best, entry) => (best === undefined || entry.conversations > best.conversations ? entry : best), undefined)
  return new Set([
    ...newestFirst.slice(0, 5).map((entry) => entry.id),
    ...newestPerPeriod(newestFirst, nowMs, dayMs, 7),
    ...newestPerPeriod(newestFirst, nowMs, 7 * dayMs, 4),
    ...(fullest === undefined ? [] : [fullest.id]),
  ])
}

function newestPerPeriod(newestFirst: readonly RotaEntry[], nowMs: number, periodMs: number, periods: number): readonly string[] {
  const present = Math.floor(nowMs / periodMs)
  const chosen = new Map<number, string>()
  for (const { id, takenAtMs } of newestFirst) {
    const period = Math.floor(takenAtMs / periodMs)
    if (period > present - periods && !chosen.has(period)) chosen.set(period, id)
  }
  return [...chosen.values()]
}
