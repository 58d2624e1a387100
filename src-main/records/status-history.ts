import { z } from 'zod'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { modelStatus, type ModelStatus } from '@shared/domain/model'
import { keptHistoryMs, type StatusHistory, type StatusHistoryRequest } from '@shared/domain/status-history'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Database } from '../storage/database'
import { tracksOf, type StatusChange } from './status-spans'

/** How clusters and models have been, from what the directory said of them. */
export interface StatusRecorder {
  history(request: StatusHistoryRequest): StatusHistory
  close(): void
}

interface StatusRecorderDeps {
  readonly database: Database
  readonly directory: { snapshots(): readonly ClusterSnapshot[]; onChange(listener: () => void): () => void }
  readonly clock: Clock
  readonly logger: Logger
  /** Calls back over and over; returns how to stop. */
  readonly every?: (ms: number, callback: () => void) => () => void
}

/** After a kill the last status is taken to have held this much less than it did, at most. */
const beatMs = 60_000
/** A month of 1,000 models that change three times a day; the newest are told. */
const mostChanges = 100_000

const realEvery = (ms: number, callback: () => void): (() => void) => {
  const timer = setInterval(callback, ms).unref()
  return () => clearInterval(timer)
}

const changeRow = z
  .object({ cluster: z.string(), model: z.string(), at_ms: z.number(), status: modelStatus.catch('unknown') })
  .transform(({ cluster, model, at_ms, status }): StatusChange => ({ cluster, model, atMs: at_ms, status }))
const watchRow = z.object({ from_ms: z.number(), to_ms: z.number() }).transform(({ from_ms, to_ms }) => ({ fromMs: from_ms, toMs: to_ms }))

/** Writes each change of a status as it is heard of, and each minute that somebody listens. A disk that refuses stops nothing. */
export function createStatusRecorder({ database, directory, clock, logger, every = realEvery }: StatusRecorderDeps): StatusRecorder {
  const now = (): number => Math.floor(clock.now())
  const startMs = now()
  /** By cluster and model, as stored. */
  let known = new Map<string, StatusChange>()
  /** A snapshot that is the same object has changed nothing. */
  let seen: readonly ClusterSnapshot[] = []
  let isRefused = false

  const attempt = (write: () => void): void => {
    try {
      database.transaction(write)
      isRefused = false
    } catch (cause) {
      if (!isRefused) logger.warn({ cause }, 'changes of status could not be kept')
      isRefused = true
    }
  }

  const beat = (): void => void database.run('INSERT INTO status_watches (from_ms, to_ms) VALUES (?, ?) ON CONFLICT (from_ms) DO UPDATE SET to_ms = excluded.to_ms', startMs, now())

  const prune = (): void => {
    const beforeMs = now() - keptHistoryMs
    database.run('DELETE FROM status_watches WHERE to_ms < ?', beforeMs)
    // Of a run that goes on, the last change before the limit still holds.
    database.run(
      `DELETE FROM status_changes WHERE at_ms < ?1 AND (at_ms < (SELECT min(from_ms) FROM status_watches)
        OR EXISTS (SELECT 1 FROM status_changes AS later WHERE later.cluster = status_changes.cluster AND later.model = status_changes.model AND later.at_ms > status_changes.at_ms AND later.at_ms <= ?1))`,
      beforeMs,
    )
  }

  const take = (): void => {
    const snapshots = directory.snapshots()
    if (snapshots.length === seen.length && snapshots.every((snapshot, index) => snapshot === seen[index])) return
    const atMs = now()
    const next = new Map(snapshots.flatMap((snapshot) => statusesOf(snapshot, atMs)).map((change) => [`${change.cluster}\n${change.model}`, change]))
    const gone = Array.from(known.entries()).filter(([key]) => !next.has(key))
    const changes = Array.from(next.entries()).filter(([key, { status }]) => known.get(key)?.status !== status)
    attempt(() => {
      if (changes.length === 0 && gone.length === 0) return
      beat()
      for (const { cluster, model, status } of [...changes.map(([, change]) => change), ...gone.map(([, change]) => ({ ...change, status: 'unknown' }))])
        database.run('INSERT OR REPLACE INTO status_changes (cluster, model, at_ms, status) VALUES (?, ?, ?, ?)', cluster, model, atMs, status)
    })
    // What was refused is tried again with the next snapshot.
    if (isRefused) return
    known = next
    seen = snapshots
  }

  attempt(() => {
    prune()
    beat()
  })
  take()
  const unsubscribe = directory.onChange(take)
  const stopBeat = every(beatMs, () => attempt(beat))
  const stopPruning = every(86_400_000, () => attempt(prune))

  return {
    history({ fromMs, cluster, model }) {
      attempt(beat)
      const watches = database.all(watchRow, 'SELECT from_ms, to_ms FROM status_watches WHERE to_ms >= ? ORDER BY from_ms', fromMs)
      // A status may have begun before the span, in a run that reaches into it.
      const readFromMs = Math.min(fromMs, watches[0]?.fromMs ?? fromMs)
      const changes = database.all(
        changeRow,
        'SELECT cluster, model, at_ms, status FROM status_changes WHERE at_ms >= ?1 AND (?2 IS NULL OR cluster = ?2) AND (?3 IS NULL OR model = ?3) ORDER BY at_ms DESC LIMIT ?4',
        readFromMs,
        cluster ?? null,
        model ?? null,
        mostChanges,
      )
      changes.reverse()
      const toldFromMs = changes.length === mostChanges ? Math.max(fromMs, changes[0]?.atMs ?? 0) : fromMs
      const toMs = Math.max(now(), fromMs)
      return { fromMs: toldFromMs, toMs, tracks: tracksOf(changes, watches, toldFromMs, toMs) }
    },
    close() {
      unsubscribe()
      stopBeat()
      stopPruning()
      attempt(beat)
    },
  }
}

function statusesOf(snapshot: ClusterSnapshot, atMs: number): StatusChange[] {
  const cluster = snapshot.name
  return [{ cluster, model: '', atMs, status: clusterStatus(snapshot) }, ...snapshot.models.map(({ id, status }) => ({ cluster, model: id, atMs, status }))]
}

/** One that has not been asked yet says nothing of itself. */
function clusterStatus({ isReachable, isInMaintenance, problem }: ClusterSnapshot): ModelStatus {
  if (isReachable) return isInMaintenance === true ? 'maintenance' : 'live'
  return problem === undefined ? 'unknown' : 'offline'
}
