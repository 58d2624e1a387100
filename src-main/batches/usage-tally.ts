import type { BatchUsage } from '@shared/domain/batch'
import type { StoredBatch } from './stored-batch'

type Used = Pick<StoredBatch, 'usage' | 'byCluster'>

/** What the requests of a batch have used, and where they were done. */
export interface UsageTally {
  add(cluster: string | undefined, used: BatchUsage | undefined): void
  read(): Used
}

/** Goes on from what is kept. */
export function createUsageTally(kept: Used): UsageTally {
  const usage: Record<keyof BatchUsage, number> = { ...kept.usage }
  const byCluster = { ...kept.byCluster }
  return {
    add(cluster, used) {
      if (cluster !== undefined) byCluster[cluster] = (byCluster[cluster] ?? 0) + 1
      if (used !== undefined) for (const name of ['inputTokens', 'cachedTokens', 'outputTokens', 'reasoningTokens'] as const) usage[name] += used[name]
    },
    read: () => ({ usage: { ...usage }, byCluster: { ...byCluster } }),
  }
}
