import { poolKey, type DeploymentName } from './stored-replica'
import type { BatchDemand } from './world'

/** A batch, and the deployment that it asks for a replica of its own. */
export interface BatchPool extends DeploymentName {
  readonly batch: string
}

/** What batches want of deployments that have a replica for each, counted where their requests come and go. */
export interface BatchAsks {
  /** It is known to have one, from before the start of the app. */
  adopted(pool: BatchPool): void
  /** A request of it found no place. */
  missed(pool: BatchPool): void
  began(pool: BatchPool): void
  ended(pool: BatchPool): void
  /** It wants none any more, wherever it had one. */
  release(batch: string): void
  read(cluster: string): readonly BatchDemand[]
}

interface Ask {
  readonly pool: BatchPool
  readonly sinceMs: number
  inFlight: number
  lastRequestMs: number
  /** The last one that found no place, after which none has. */
  missedAtMs: number | undefined
}

interface BatchAsksDeps {
  /** Unix milliseconds. */
  readonly clock: () => number
  /** One that found no place is tried again within this, or has gone. */
  readonly askedMs: number
}

/** What a batch asked for so long ago is as if it had not; one that was paused for longer asks anew. */
const forgottenMs = 60 * 60_000

export function createBatchAsks({ clock, askedMs }: BatchAsksDeps): BatchAsks {
  const asks = new Map<string, Ask>()
  const ask = ({ cluster, model, framework, batch }: BatchPool): Ask => {
    const pool = { cluster, model, framework, batch }
    const nowMs = clock()
    const known = asks.get(poolKey(pool)) ?? { pool, sinceMs: nowMs, inFlight: 0, lastRequestMs: nowMs, missedAtMs: undefined }
    known.lastRequestMs = nowMs
    asks.set(poolKey(pool), known)
    return known
  }
  return {
    adopted: (pool) => void ask(pool),
    missed: (pool) => void (ask(pool).missedAtMs = clock()),
    began(pool) {
      const known = ask(pool)
      known.inFlight++
      known.missedAtMs = undefined
    },
    ended(pool) {
      // It may have been released with its last requests still on their way back.
      const known = asks.get(poolKey(pool))
      if (known === undefined) return
      known.inFlight--
      known.lastRequestMs = clock()
    },
    release(batch) {
      for (const [key, { pool }] of asks) if (pool.batch === batch) asks.delete(key)
    },
    read(cluster) {
      // Of one that was over before the app came up nobody says so.
      for (const [key, { inFlight, lastRequestMs }] of asks) if (inFlight === 0 && clock() - lastRequestMs >= forgottenMs) asks.delete(key)
      return Array.from(asks.values())
        .filter(({ pool }) => pool.cluster === cluster)
        .map(({ pool, sinceMs, inFlight, lastRequestMs, missedAtMs }) => {
          const queued = missedAtMs !== undefined && clock() - missedAtMs < askedMs ? 1 : 0
          return { ...pool, sinceMs, demand: { queued, oldestWaitMs: 0, inFlight, peak: inFlight + queued, lastRequestMs } }
        })
    },
  }
}
