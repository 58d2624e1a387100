import type { ObservedReplica } from '../clusters/replica-host'
import { isOver, type StoredReplica } from './stored-replica'
import type { ClusterView } from './world'

/** What is there, and no stored replica answers for. */
export interface Orphan {
  readonly seen: ObservedReplica
  /** Its row, where it has one: it is over, or another process or job is its own. */
  readonly stored?: StoredReplica
}

/** Tells processes and jobs of all clusters apart; names of clusters hold no space. */
export const handleKey = (cluster: string, handle: string): string => `${cluster} ${handle}`

/** Every replica that a cluster shows must be one of ours that is not over; these are not. */
export function findOrphans({ observation }: Pick<ClusterView, 'observation'>, stored: ReadonlyMap<string, StoredReplica>): Orphan[] {
  return (observation?.replicas ?? []).flatMap((seen): Orphan[] => {
    if (seen.state === 'ended') return []
    const row = stored.get(seen.id)
    if (row === undefined) return [{ seen }]
    return isOver(row) || (row.handle !== undefined && row.handle !== seen.handle) ? [{ seen, stored: row }] : []
  })
}
