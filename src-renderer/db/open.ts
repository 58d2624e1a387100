import type { DexieOptions } from 'dexie'
import { FirstError } from '@shared/errors'
import type { BackupInfo } from '@shared/rpc/contract'
import { Database, databaseName } from './schema'

/** What became of the window's database at start. */
export type Opening =
  | { readonly kind: 'ok'; readonly db: Database }
  /** Nothing is in it, and the core has snapshots: offer them. */
  | { readonly kind: 'empty-with-backups'; readonly db: Database; readonly backups: readonly BackupInfo[] }
  /** It cannot be read. `startAnew` deletes it and opens an empty one, into which a snapshot can be restored. */
  | { readonly kind: 'unreadable'; readonly error: FirstError; readonly backups: readonly BackupInfo[]; startAnew(): Promise<Database> }

export interface OpenDeps {
  readonly listBackups: () => Promise<readonly BackupInfo[]>
  readonly name?: string
  readonly options?: DexieOptions
}

/** Opens the database. One with conversations never waits for the core; an empty or unreadable one asks it for snapshots. */
export async function openDatabase({ listBackups, name = databaseName, options }: OpenDeps): Promise<Opening> {
  const db = new Database(name, options)
  try {
    await db.open()
    const isUsed = (await db.conversations.limit(1).count()) > 0 || (await hasDeclined(db))
    if (isUsed) return { kind: 'ok', db }
  } catch (cause) {
    db.close()
    return {
      kind: 'unreadable',
      error: new FirstError('data_unreadable', 'The conversations kept in this window cannot be read.', { cause }),
      backups: await listOrNone(listBackups),
      async startAnew() {
        await db.delete()
        const fresh = new Database(name, options)
        await fresh.open()
        return fresh
      },
    }
  }
  const backups = await listOrNone(listBackups)
  return backups.length > 0 ? { kind: 'empty-with-backups', db, backups } : { kind: 'ok', db }
}

const declinedKey = 'restoreDeclined'

/** The person begins with an empty window: snapshots are not offered again at start. */
export async function declineRestore(db: Database): Promise<void> {
  await db.backupState.put({ key: declinedKey, value: true })
}

async function hasDeclined(db: Database): Promise<boolean> {
  return (await db.backupState.get(declinedKey))?.value === true
}

/** Without a core there is nothing to offer; the window starts all the same. */
async function listOrNone(listBackups: OpenDeps['listBackups']): Promise<readonly BackupInfo[]> {
  try {
    return (await listBackups()).filter((backup) => backup.conversations > 0)
  } catch {
    return []
  }
}
