import type { Pace } from '../clusters/managed-cluster'

/** While something is awaited for this many times as long as one question is from the next, the news is late by little. */
const patience = 20

/**
 * Milliseconds from one question to a cluster to the next.
 * @param awaitedMs for how long the newest of what is awaited there has been; absent: nothing is
 */
export function everyMs({ freshMs, busyMs, calmMs }: Pace, awaitedMs: number | undefined): number {
  if (awaitedMs === undefined) return calmMs
  return Math.min(calmMs, Math.max(freshMs, Math.min(busyMs, awaitedMs / 2), awaitedMs / patience))
}
