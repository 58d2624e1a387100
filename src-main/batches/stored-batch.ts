import { z } from 'zod'
import { batch, batchStatus, batchUsage } from '@shared/domain/batch'

/** A batch as the table keeps it: what people see of it, and what a restart needs. */
export const storedBatch = batch
  .omit({ inFlight: true, requestsPerS: true, tokensPerS: true, expectedEndMs: true, validated: true, waits: true })
  .extend({
    status: batchStatus,
    /** Id of whom it belongs to. */
    identity: z.string(),
    /** The model of requests that name none. */
    model: z.string().optional(),
    /** Seconds after its end for which its results are kept; absent: as long as any file. */
    outputExpiresAfterS: z.number().int().positive().optional(),
    usage: batchUsage,
    byCluster: z.record(z.string(), z.number()),
    /** Bytes of its answers that `usage` and `byCluster` count; a crash may have left more. */
    talliedBytes: z.number().optional(),
    /** Where a site does it by a batch service of its own. */
    site: z.object({ cluster: z.string(), key: z.string(), batchId: z.string().optional() }).optional(),
    /** Requests of it that had this many tries before: where it tries the failures of another again. */
    retryOf: z.string().optional(),
  })
export type StoredBatch = z.infer<typeof storedBatch>
