import type { Alert } from '@shared/domain/alert'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { alertsOf } from './alert-rules'
import type { Clock } from './clock'
import type { Logger } from './logger'

export interface AlertList {
  /** The last ones, oldest first. */
  recent(): readonly Alert[]
  onChange(listener: () => void): () => void
}

interface AlertsDeps {
  readonly snapshots: () => readonly ClusterSnapshot[]
  readonly onSnapshots: (listener: () => void) => () => void
  /** Tells a person; absent where there is no desktop. */
  readonly notify?: ((alert: Alert) => void) | undefined
  readonly clock: Clock
  readonly logger: Logger
}

const mostKept = 50

/** Watches the clusters and tells of what an admin should know, once each: in the log, to the window, and to the desktop. */
export function watchForAlerts({ snapshots, onSnapshots, notify, clock, logger }: AlertsDeps): AlertList & { close(): void } {
  const listeners = new Set<() => void>()
  let before = snapshots()
  let list: readonly Alert[] = []
  const look = (): void => {
    const now = snapshots()
    const fresh = alertsOf(before, now, clock.now()).filter(({ id }) => !list.some((known) => known.id === id))
    before = now
    if (fresh.length === 0) return
    list = [...list, ...fresh].slice(-mostKept)
    for (const alert of fresh) {
      logger.warn({ alert: alert.kind, cluster: alert.cluster, model: alert.model }, alert.message)
      notify?.(alert)
    }
    listeners.forEach((listener) => listener())
  }
  const stop = onSnapshots(look)
  return {
    recent: () => list,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stop,
  }
}
