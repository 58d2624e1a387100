import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Policy } from './policy'
import { isLive, type StoredReplica } from './stored-replica'

/** When its walltime ends, as the site says or as it was asked for; Infinity while it does not run, and where there is none. */
export function endsAtMs({ endsAtMs: said, runningAtMs }: StoredReplica, { walltimeS }: Pick<LaunchedDeployment, 'walltimeS'>): number {
  if (runningAtMs === undefined) return Infinity
  return said ?? (walltimeS === undefined ? Infinity : runningAtMs + walltimeS * 1000)
}

/** A replica takes nothing new for this long before its walltime ends, also where no other is live: as the policy has it, and less of a short walltime. */
export const drainLeadMs = (replica: StoredReplica, endMs: number, policy: Pick<Policy, 'drainLeadMs'>): number => leadMs(policy.drainLeadMs, replica, endMs)

const leadMs = (usualMs: number, { runningAtMs }: StoredReplica, endMs: number): number => (runningAtMs === undefined ? usualMs : Math.min(usualMs, (endMs - runningAtMs) / 4))

/**
 * Ids of those whose replacement has to be started by now to be live in time: so long before the end that what the old one has then may take as long as
 * with any replica that drains. Where only one more than `max` may be up, they are replaced one after another, so the first of several that end
 * together starts as much earlier. Only a live one is replaced: another would load no faster than one that still loads, and what is suspended
 * has as much time left as it had.
 * @param active of one deployment. @param startMs a start takes this long.
 */
export function endingNow(active: readonly StoredReplica[], deployment: LaunchedDeployment, startMs: number, nowMs: number, policy: Policy): ReadonlySet<string> {
  const byEnd = active.map((replica) => ({ replica, endMs: endsAtMs(replica, deployment) })).sort((a, b) => b.endMs - a.endMs)
  const hasRoom = deployment.replicas.max + 1 >= 2 * active.length
  const ending = new Set<string>()
  let nextMs = Infinity
  for (const { replica, endMs } of byEnd) {
    if (endMs === Infinity || !isLive(replica)) continue
    // Where a start takes as long as a walltime lasts, half of it has to do: else each replacement would want its own at once.
    const lead = Math.min(startMs, (endMs - (replica.runningAtMs ?? endMs)) / 2)
    const liveByMs = endMs - leadMs(policy.drainMaxMs, replica, endMs)
    nextMs = (hasRoom ? liveByMs : Math.min(liveByMs, nextMs - drainLeadMs(replica, endMs, policy))) - lead
    if (nowMs >= nextMs) ending.add(replica.id)
  }
  return ending
}
