import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Database } from '../storage/database'

export interface KeyUsesDeps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** Runs `work` once, later; default: in a minute. */
  readonly defer?: (work: () => void) => { cancel(): void }
}

/** When each key was last used: at once in memory, and at most once a minute in the database. */
export interface KeyUses {
  mark(id: string): void
  /** Unix milliseconds, where the key was used in this run. */
  lastUsedAtMs(id: string): number | undefined
  /** Writes what is not written yet. */
  close(): void
}

const writeEveryMs = 60_000

export function createKeyUses({ database, clock, logger, defer = later }: KeyUsesDeps): KeyUses {
  const used = new Map<string, number>()
  let unwritten = new Set<string>()
  let pending: { cancel(): void } | undefined

  const write = (): void => {
    pending = undefined
    const ids = unwritten
    unwritten = new Set()
    try {
      database.transaction(() => {
        for (const id of ids) database.run('UPDATE keys SET last_used_at_ms = ? WHERE id = ?', used.get(id) ?? null, id)
      })
    } catch (cause) {
      // They are in memory, and go out with the next use.
      for (const id of ids) unwritten.add(id)
      logger.warn({ cause, keys: ids.size }, 'the last use of keys could not be written')
    }
  }
  return {
    mark(id) {
      used.set(id, clock.now())
      unwritten.add(id)
      pending ??= defer(write)
    },
    lastUsedAtMs: (id) => used.get(id),
    close() {
      pending?.cancel()
      if (unwritten.size > 0) write()
    },
  }
}

function later(work: () => void): { cancel(): void } {
  const timer = setTimeout(work, writeEveryMs)
  timer.unref()
  return { cancel: () => clearTimeout(timer) }
}
