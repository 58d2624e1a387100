import type { ModelStatus } from '@shared/domain/model'
import type { Candidate } from './model-index'

/** Where a request is served soonest comes first (design: live with room; live; starting or queued; nodes free; as configured). */
export const rank = { liveWithRoom: 0, live: 1, coming: 2, nodesFree: 3, offline: 4, unknown: 5, away: 6 } as const
export type Rank = (typeof rank)[keyof typeof rank]

const ranks: Record<ModelStatus, Rank> = { live: rank.live, starting: rank.coming, queued: rank.coming, offline: rank.offline, unknown: rank.unknown, maintenance: rank.away, failed: rank.away }

/** @param inFlight requests of this gateway that are there now */
export function rankOf({ info: { status, capacity }, freeNodes = 0 }: Candidate, inFlight: number): Rank {
  if (status === 'live') return capacity === undefined || inFlight < capacity ? rank.liveWithRoom : rank.live
  // A request of ours is starting it, which the next snapshot will say.
  if (status === 'offline' && inFlight > 0) return rank.coming
  if (status === 'offline' && freeNodes > 0) return rank.nodesFree
  return ranks[status]
}
