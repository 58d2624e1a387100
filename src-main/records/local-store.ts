import { z } from 'zod'
import type { Database } from '../storage/database'
import { readRecent } from './recent-query'
import type { RecordsStore } from './records-store'
import { readSeries, readUsage } from './usage-query'
import { writeBatch } from './write-batch'
import { localZone, type Zone } from './zone'

const oldestRow = z.object({ started_at_ms: z.number() })
const rowCount = z.object({ count: z.number() })

/** Records in a database of this thread. `close` leaves the database open: it is its owner's. */
export function createLocalStore({ database, zone = localZone }: { readonly database: Database; readonly zone?: Zone }): RecordsStore {
  return {
    write: promised((batch) => writeBatch(database, batch, zone)),
    recent: promised((query) => readRecent(database, query)),
    usage: promised((request) => readUsage(database, request, zone)),
    series: promised((request) => readSeries(database, request, zone)),
    kept: promised(() => {
      const oldest = database.get(oldestRow, 'SELECT started_at_ms FROM requests ORDER BY started_at_ms LIMIT 1')
      return { rowsKept: database.get(rowCount, 'SELECT count(*) AS count FROM requests')?.count ?? 0, ...(oldest !== undefined && { oldestMs: oldest.started_at_ms }) }
    }),
    close: () => Promise.resolve(),
  }
}

/** What it throws becomes a rejection. */
function promised<Arguments extends readonly unknown[], Result>(work: (...args: Arguments) => Result): (...args: Arguments) => Promise<Result> {
  return (...args) => new Promise((resolve) => resolve(work(...args)))
}
