import type { SqlValue } from '../storage/database'
import { rowLength } from './stored-row'
import { addEntry, countRow, entryOf, type Tally, type UsageEntry } from './tally'
import { localZone } from './zone'

/** Requests whose rows were dropped while the disk was full: what they used, until that can be written. */
export interface GivenUp {
  add(values: readonly SqlValue[]): void
  /** Rows dropped since the start. */
  rows(): number
  isWaiting(): boolean
  /** Takes what waits, to be written; `putBack` when that failed. */
  take(): { readonly entries: readonly UsageEntry[]; putBack(): void }
}

export function createGivenUp(startOfHour: (atMs: number) => number = localZone.startOfHour): GivenUp {
  let waiting: Tally = new Map()
  let rows = 0
  return {
    add(values) {
      for (let offset = 0; offset < values.length; offset += rowLength) countRow(waiting, values, offset, startOfHour)
      rows += values.length / rowLength
    },
    rows: () => rows,
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
