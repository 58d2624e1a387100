import type { CoreConnection } from '../rpc/connection'
import { keepBatches } from './batches'
import { flushOnLeave } from './leave'
import { createLocalData, type LocalData } from './local-data'
import { recoverAfterCrash } from './recovery'
import type { Database } from './schema'
import { keepSnapshots } from './snapshots'

export interface StartDeps {
  readonly db: Database
  readonly core: CoreConnection
  /** Hears of background work that failed: a write, a snapshot. */
  readonly onError: (cause: unknown) => void
}

/** Wires the data, settles what a crash left, and starts what runs beside the window: snapshots, backups, the end of old trash. */
export async function startLocalData({ db, core, onError }: StartDeps): Promise<LocalData> {
  const data = createLocalData({ db, core, onError })
  await recoverAfterCrash(data)
  keepSnapshots(db, core.state, onError)
  const batches = keepBatches({ db, state: core.state, clock: data.clock, onError })
  data.backups.startRota()
  data.history.purgeOldTrash().catch(onError)
  if ('storage' in navigator) navigator.storage.persist().catch(onError)
  flushOnLeave(() => data.drafts.flush(), onError)
  flushOnLeave(() => batches.flush(), onError)
  return data
}
