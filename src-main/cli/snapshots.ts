import type { ClusterSnapshot } from '@shared/domain/cluster'
import { FirstError } from '@shared/errors'
import type { CoreClient } from './rpc-client'

/** What the running app knows of its clusters now, as the window paints it; none is asked again. */
export async function readSnapshots(core: CoreClient): Promise<readonly ClusterSnapshot[]> {
  for await (const event of await core.events.watch()) if (event.kind === 'clusters') return event.clusters
  throw new FirstError('upstream_unreachable', 'FIRST Desktop said nothing of its clusters.', { action: 'Try again.' })
}

const units = [['d', 86_400], ['h', 3600], ['min', 60]] as const

/** How long ago, in the largest unit that fits: `12 s`, `3 min`, `2 d`. */
export function age(sinceMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - sinceMs) / 1000))
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ['s', 1]
  return `${Math.floor(seconds / length)} ${unit}`
}
