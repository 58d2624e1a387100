/** Where conversations and common prefixes went last; of the ones not used lately it forgets. */
export interface RecentPlaces {
  /** The key of a place, by the most particular part of the affinity that is known. */
  find(affinity: string): string | undefined
  remember(affinity: string, place: string): void
}

/**
 * Two generations in place of a list by last use: to take the first of a large `Map` whose head was deleted costs tens of microseconds.
 * @param limit parts of affinities that are kept at most, each about 100 bytes; the half of them used last is kept for certain
 */
export function createRecentPlaces(limit: number): RecentPlaces {
  const perGeneration = Math.max(1, Math.floor(limit / 2))
  let young = new Map<string, string>()
  let old = new Map<string, string>()
  return {
    find(affinity) {
      for (const part of affinity.split('.')) {
        const place = young.get(part) ?? old.get(part)
        if (place !== undefined) return place
      }
      return undefined
    },
    remember(affinity, place) {
      for (const part of affinity.split('.')) {
        if (young.size >= perGeneration && !young.has(part)) {
          old = young
          young = new Map()
        }
        young.set(part, place)
      }
    },
  }
}
