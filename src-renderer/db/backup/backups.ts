import type { BackupInfo } from '@shared/rpc/contract'
import type { CoreClient } from '../../rpc/connection'
import type { Clock, Locks } from '../environment'
import type { Database } from '../schema'
import { restoreBackup } from './restore'
import { startRota } from './rota'
import { takeBackup } from './take'

/** Counted in conversations and messages. */
export interface RestoreProgress {
  readonly done: number
  readonly total: number
}

export interface RestoreResult {
  readonly addedConversations: number
  readonly addedMessages: number
  /** Were here already, and as new or newer. */
  readonly keptConversations: number
}

export interface Backups {
  list(): Promise<BackupInfo[]>
  /** Writes a snapshot now; undefined when another window of this origin is at it. */
  take(): Promise<BackupInfo | undefined>
  /** Merges a snapshot by id; what is here and newer stays. Rejects with `backup_damaged` when it cannot be read whole, having kept what could be. */
  restore(backupId: string, onProgress?: (progress: RestoreProgress) => void): Promise<RestoreResult>
  /** Takes snapshots by itself from now on; the result ends that. */
  startRota(): () => void
}

export interface BackupDeps {
  readonly db: Database
  readonly client: Pick<CoreClient, 'backups'>
  readonly clock: Clock
  readonly locks: Locks
  /** Resolves when the window has a moment to spare. */
  readonly idle: () => Promise<void>
  readonly onError: (cause: unknown) => void
}

export function createBackups(deps: BackupDeps): Backups {
  return {
    list: () => deps.client.backups.list(),
    take: () => takeBackup(deps),
    restore: (backupId, onProgress) => restoreBackup(deps, backupId, onProgress),
    startRota: () => startRota(deps),
  }
}

/** The browser's own idle time, or soon where it does not say. */
export function systemIdle(): Promise<void> {
  return new Promise((spare) => requestIdleCallback(() => spare(), { timeout: 1000 }))
}
