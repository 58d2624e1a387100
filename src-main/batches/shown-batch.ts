import { batch as batchSchema, type Batch } from '@shared/domain/batch'
import type { Drive } from './drive-batch'
import type { StoredBatch } from './stored-batch'

/** Without what only a restart needs. */
const asSeen = batchSchema.strip()

/** What is known of a batch beyond what is kept. */
export interface Running {
  readonly drive: Drive | undefined
  /** Why one that is not driven waits. */
  readonly held: string | undefined
}

/** Batches as people see them. @param clock Unix milliseconds */
export function createShow(runningOf: (id: string) => Running, clock: () => number): (batch: StoredBatch) => Batch {
  /** Each state of a batch is made out once. */
  const seen = new WeakMap<StoredBatch, Batch>()
  const kept = (batch: StoredBatch): Batch => {
    const known = seen.get(batch) ?? asSeen.parse(batch)
    seen.set(batch, known)
    return known
  }
  return (batch) => {
    const { drive, held } = runningOf(batch.id)
    if (drive === undefined) return held === undefined ? kept(batch) : { ...kept(batch), waits: held }
    const { requestsPerS, tokensPerS } = drive.rates.read()
    const left = batch.total - batch.completed - batch.failed
    const [waits, validated] = [drive.waits(), drive.validated()]
    return {
      ...kept(batch),
      ...(validated !== undefined && { validated }),
      ...(waits !== undefined && { waits }),
      inFlight: drive.inFlight(),
      requestsPerS,
      tokensPerS,
      ...(requestsPerS > 0 && left > 0 && { expectedEndMs: Math.round(clock() + (left / requestsPerS) * 1000) }),
    }
  }
}
