import type { Demand } from './world'

/** One deployment's requests. */
interface Page {
  /** Since when there have always been some that wait; absent: none does. */
  waitingSinceMs: number | undefined
  inFlight: number
  lastRequestMs: number | undefined
  /** The most requests at any moment of each minute, by that minute. */
  readonly peaks: Map<number, number>
}

const minuteMs = 60_000

/** What callers want of each deployment, counted where requests come and go. */
export interface DemandBook {
  /** A request found no place. */
  missed(key: string): void
  began(key: string): void
  ended(key: string): void
  /** Of these deployments. */
  read(keys: readonly string[]): ReadonlyMap<string, Demand>
}

interface DemandBookDeps {
  readonly clock: () => number
  readonly waiting: (key: string) => number
  readonly calmMs: number
  /** A miss this long ago, with nobody waiting, asks for nothing any more. */
  readonly askedMs: number
  /** What is known of it from before the start. */
  readonly lastRequestMs: (key: string) => number | undefined
}

/**
 * @param waiting requests that wait for a deployment's model now.
 * @param calmMs how far back the peak reaches.
 */
export function createDemandBook({ clock, waiting, calmMs, askedMs, lastRequestMs }: DemandBookDeps): DemandBook {
  const pages = new Map<string, Page>()
  const pageOf = (key: string): Page => {
    let page = pages.get(key)
    if (page === undefined) pages.set(key, (page = { waitingSinceMs: undefined, inFlight: 0, lastRequestMs: lastRequestMs(key), peaks: new Map() }))
    return page
  }
  const count = (key: string, page: Page): void => {
    const nowMs = clock()
    const minute = Math.floor(nowMs / minuteMs)
    page.lastRequestMs = nowMs
    page.peaks.set(minute, Math.max(page.peaks.get(minute) ?? 0, page.inFlight + waiting(key)))
    for (const old of page.peaks.keys()) if (old < minute - Math.ceil(calmMs / minuteMs)) page.peaks.delete(old)
  }
  return {
    missed(key) {
      const page = pageOf(key)
      page.waitingSinceMs ??= clock()
      count(key, page)
    },
    began(key) {
      const page = pageOf(key)
      page.inFlight++
      count(key, page)
    },
    ended(key) {
      const page = pageOf(key)
      page.inFlight--
      count(key, page)
    },
    read(keys) {
      const nowMs = clock()
      return new Map(
        keys.map((key) => {
          const page = pageOf(key)
          // Who waits for a model waits for those of its deployments that were asked and had no place.
          const queued = page.waitingSinceMs === undefined ? 0 : waiting(key)
          if (queued === 0 && (page.inFlight > 0 || nowMs - (page.lastRequestMs ?? 0) > askedMs)) page.waitingSinceMs = undefined
          const oldestWaitMs = page.waitingSinceMs === undefined ? 0 : nowMs - page.waitingSinceMs
          return [key, { queued, oldestWaitMs: queued === 0 ? 0 : oldestWaitMs, inFlight: page.inFlight, peak: Math.max(page.inFlight + queued, ...page.peaks.values()), ...(page.lastRequestMs !== undefined && { lastRequestMs: page.lastRequestMs }) }]
        }),
      )
    },
  }
}
