import type { StoredRows } from './stored-row'
import { addEntry, countRows, entryOf, type Tally, type UsageEntry } from './tally'
import { localZone } from './zone'
/** Requests whose rows were dropped while the disk was full: what they used, until that can be written. */
export interface GivenUp {
  add(rows: StoredRows): void
  /** Rows dropped since the start. */
  rows(): number
  isWaiting(): boolean
  /** Takes what waits, to be written; `putBack` when that failed. */
  take(): { readonly entries: readonly UsageEntry[]; putBack(): void }
}

export function createGivenUp(startOfHour: (atMs: number) => number = localZone.startOfHour): GivenUp {
  let waiting: Tally = new Map()
  let dropped = 0
  return {
    add(rows) {
      countRows(waiting, rows, startOfHour)
      dropped += rows.models.length
    },
    rows: () => dropped,
    isWaiting: () => waiting.size > 0,
    take() {
      const entries = [...waiting.values()]
      waiting = new Map()
      return {
        entries,
        putBack: () => {
          for (const entry of entries) addEntry(entryOf(waiting, entry), entry)
        },
      }
    },
  }
}
