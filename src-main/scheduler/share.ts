/** What a replica takes, or a cluster has; an amount that is absent bounds nothing. */
export interface Room {
  readonly nodes?: number
  readonly gpus?: number
  readonly memoryMb?: number
}

/** What one deployment asks of its cluster; the counts are those of `Desire`. */
export interface Claim {
  readonly key: string
  readonly hot: number
  readonly min: number
  readonly needed: number
  readonly wanted: number
  /** Replicas that it has. */
  readonly held: number
  readonly unit: Room
  /** How long its oldest request waits. */
  readonly waitMs: number
  readonly usedAtMs: number
}

const amounts = ['nodes', 'gpus', 'memoryMb'] as const
const rounds = ['hot', 'min', 'needed', 'wanted'] as const

/**
 * Replicas that each may have of a cluster's room: hot models first, then the least number of each, then what requests need, then what is kept
 * warm. Within each, the next replica goes to whoever has the least so far, by the amount that is scarcest for it (dominant resource fairness:
 * Ghodsi et al., NSDI 2011), so that none waits for ever for another's load.
 */
export function share(claims: readonly Claim[], room: Room): ReadonlyMap<string, number> {
  const granted = new Map(claims.map(({ key }) => [key, 0]))
  const all = claims.reduce<Room>((sum, { unit, wanted }) => plus(sum, unit, wanted), {})
  if (fits(all, room)) return new Map(claims.map(({ key, wanted }) => [key, wanted]))
  let used: Room = {}
  for (const round of rounds) {
    let open = claims.filter((claim) => claim[round] > (granted.get(claim.key) ?? 0))
    while (open.length > 0) {
      const next = open.reduce((first, claim) => (comesFirst(claim, first, granted, room, round) ? claim : first))
      const count = granted.get(next.key) ?? 0
      const after = plus(used, next.unit, 1)
      const hasRoom = fits(after, room)
      if (hasRoom) {
        granted.set(next.key, count + 1)
        used = after
      }
      if (!hasRoom || count + 1 >= next[round]) open = open.filter((claim) => claim !== next)
    }
  }
  return granted
}

/** `sum` with `count` times `unit` more. */
export function plus(sum: Room, unit: Room, count: number): Room {
  return { nodes: (sum.nodes ?? 0) + count * (unit.nodes ?? 0), gpus: (sum.gpus ?? 0) + count * (unit.gpus ?? 0), memoryMb: (sum.memoryMb ?? 0) + count * (unit.memoryMb ?? 0) }
}

/** Parts of a node add up to a whole one but for the last digit. */
export const fits = (used: Room, room: Room): boolean => amounts.every((amount) => room[amount] === undefined || (used[amount] ?? 0) <= room[amount] + 1e-9)

function comesFirst(a: Claim, b: Claim, granted: ReadonlyMap<string, number>, room: Room, round: (typeof rounds)[number]): boolean {
  const countA = granted.get(a.key) ?? 0
  const countB = granted.get(b.key) ?? 0
  // What is only kept goes to whoever was used last.
  if (round === 'wanted' && a.usedAtMs !== b.usedAtMs) return a.usedAtMs > b.usedAtMs
  const size = portion(a.unit, room) * countA - portion(b.unit, room) * countB
  if (Math.abs(size) > 1e-9) return size < 0
  const holdsA = a.held > countA
  if (holdsA !== b.held > countB) return holdsA
  if (a.waitMs !== b.waitMs) return a.waitMs > b.waitMs
  return a.usedAtMs === b.usedAtMs ? a.key < b.key : a.usedAtMs > b.usedAtMs
}

const portion = (unit: Room, room: Room): number => Math.max(...amounts.map((amount) => (unit[amount] ?? 0) / Math.max(1, room[amount] ?? Infinity)))
