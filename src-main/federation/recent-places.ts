/** Where conversations and common prefixes went last; of the ones used least lately it forgets. */
export interface RecentPlaces {
  /** The key of a place, by the most particular part of the affinity that is known. */
  find(affinity: string): string | undefined
  remember(affinity: string, place: string): void
}

/** @param limit parts of affinities that are kept, each about 100 bytes */
export function createRecentPlaces(limit: number): RecentPlaces {
  const places = new Map<string, string>()
  const keep = (part: string, place: string): void => {
    // A map keeps the order of insertion: what is put in again goes to its end.
    places.delete(part)
    places.set(part, place)
    const [oldest] = places.size > limit ? places.keys() : []
    if (oldest !== undefined) places.delete(oldest)
  }
  return {
    find(affinity) {
      for (const part of affinity.split('.')) {
        const place = places.get(part)
        if (place !== undefined) return place
      }
      return undefined
    },
    remember(affinity, place) {
      for (const part of affinity.split('.')) keep(part, place)
    },
  }
}
