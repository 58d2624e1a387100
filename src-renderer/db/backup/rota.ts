import Dexie, { type ObservabilitySet } from 'dexie'
import type { BackupDeps } from './backups'
import { lastBackupKey, takeBackup } from './take'

const hourMs = 3_600_000
const firstDelayMs = 120_000

/** When the next snapshot is due after a change at `nowMs`: two minutes on for a database that has none, else once an hour at most. */
export function dueAtMs(lastMs: number | undefined, nowMs: number): number {
  return Math.max(nowMs + firstDelayMs, (lastMs ?? -Infinity) + hourMs)
}

/** Takes a snapshot some time after a change, also after one that an earlier window made; the result ends that. */
export function startRota(deps: BackupDeps): () => void {
  const { db, clock, onError } = deps
  let cancelTimer: (() => void) | undefined
  let isOver = false
  let isPlanning = false

  async function plan(): Promise<void> {
    if (isPlanning || cancelTimer || isOver) return
    isPlanning = true
    try {
      const nowMs = clock.now()
      const dueMs = dueAtMs(await lastBackupMs(deps), nowMs)
      // Another call of `stop` may have come while the time was read.
      if (!isStopped()) cancelTimer = clock.after(dueMs - nowMs, () => void run())
    } catch (cause) {
      onError(cause)
    } finally {
      isPlanning = false
    }
  }
  async function run(): Promise<void> {
    cancelTimer = undefined
    try {
      await takeBackup(deps)
    } catch (cause) {
      onError(cause)
      // Not at once: a full disk or a core that is away stays so for a while.
      if (!isStopped()) cancelTimer = clock.after(hourMs / 4, () => void run())
    }
  }
  const isStopped = (): boolean => isOver

  const onMutation = (parts: ObservabilitySet): void => {
    if (touches(parts, db.name)) void plan()
  }
  Dexie.on('storagemutated', onMutation)
  void planForOldChanges(deps, plan)
  return () => {
    isOver = true
    cancelTimer?.()
    Dexie.on('storagemutated').unsubscribe(onMutation)
  }
}

function touches(parts: ObservabilitySet, name: string): boolean {
  return Object.keys(parts).some((part) => part.startsWith(`idb://${name}/conversations/`) || part.startsWith(`idb://${name}/messages/`))
}

async function lastBackupMs({ db }: BackupDeps): Promise<number | undefined> {
  const value = (await db.backupState.get(lastBackupKey))?.value
  return typeof value === 'number' ? value : undefined
}

async function planForOldChanges(deps: BackupDeps, plan: () => Promise<void>): Promise<void> {
  try {
    const lastMs = (await lastBackupMs(deps)) ?? -Infinity
    const newest = await deps.db.messages.orderBy('[createdAtMs+id]').last()
    if (newest && newest.createdAtMs > lastMs) await plan()
  } catch (cause) {
    deps.onError(cause)
  }
}
