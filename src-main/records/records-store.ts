import type { RecentPage, RecordFilters, RecordsState, SeriesPoint, SeriesRequest, UsageRequest, UsageRow } from '@shared/domain/records'
import type { StoredRows } from './stored-row'
import type { UsageEntry } from './tally'

/** What is written at once, all of it or nothing. */
export interface Batch {
  readonly rows: StoredRows
  /** Usage by hour of requests whose rows were given up. */
  readonly counted: readonly UsageEntry[]
  /** Rows and hours from before this may go. */
  readonly keepSinceMs: number
}

export interface RecentQuery {
  readonly limit: number
  readonly before?: string
  readonly filters: RecordFilters
}

/** Where records are kept. Names of identities are not known here: they are their ids. */
export interface RecordsStore {
  /** @throws FirstError `disk_full`, or what else kept the batch from being written; nothing of it is there then. */
  write(batch: Batch): Promise<void>
  recent(query: RecentQuery): Promise<RecentPage>
  usage(request: UsageRequest): Promise<UsageRow[]>
  series(request: SeriesRequest): Promise<SeriesPoint[]>
  kept(): Promise<Pick<RecordsState, 'rowsKept' | 'oldestMs'>>
  close(): Promise<void>
}
