import type { BackupInfo } from '@shared/rpc/contract'

export interface RestoreProgress {
  readonly doneLines: number
  readonly totalLines: number
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
  /** Merges a snapshot by id; what is here and newer stays. Rejects with `upstream_garbled` when the counts do not agree. */
  restore(backupId: string, onProgress?: (progress: RestoreProgress) => void): Promise<RestoreResult>
  /** Takes snapshots by itself from now on; the result ends that. */
  startRota(): () => void
}

export interface BackupDeps {
  readonly db: Database
  readonly client: CoreClient
  readonly clock: Clock
  readonly locks: Locks
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
