import type { CoreConnection } from '../rpc/connection'
import { type Backups, createBackups, systemIdle } from './backup/backups'
import { createDrafts, type Drafts } from './drafts'
import { type Clock, createIds, type Locks, type NewId, systemClock } from './environment'
import { createHistory, type History } from './history'
import { createLastKnown, type LastKnown } from './last-known'
import { systemLocks } from './locks'
import type { Database } from './schema'
import { createWorkerSearch, type Search } from './search/search'

/** All that the window keeps, and what is done with it. */
export interface LocalData {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly locks: Locks
  readonly history: History
  readonly drafts: Drafts
  readonly search: Search
  readonly backups: Backups
  readonly lastKnown: LastKnown
}

/** Wires the window's data to an open database. `onError` hears of background writes that failed. */
export function createLocalData(deps: { db: Database; core: CoreConnection; onError: (cause: unknown) => void }): LocalData {
  const { db, core, onError } = deps
  const clock = systemClock
  const newId = createIds(clock)
  const locks = systemLocks()
  return {
    db,
    clock,
    newId,
    locks,
    history: createHistory({ db, clock, newId }),
    drafts: createDrafts({ db, clock, onError }),
    search: createWorkerSearch(db.name, onError),
    backups: createBackups({ db, client: core.client, clock, locks, idle: systemIdle, onError }),
    lastKnown: createLastKnown({ db, client: core.client, clock, onError }),
  }
}
