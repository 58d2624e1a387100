import { z } from 'zod'
import { batchEndpoint, batchFinding } from './batch-report'
import { clusterName, framework, modelId } from './model'

/** As in OpenAI's Batch API (wire/openai-batch.md). */
export const batchStatus = z.enum(['validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled'])
export type BatchStatus = z.infer<typeof batchStatus>

/** The moves that are made; whatever is not here never happens. */
export const nextBatchStatuses: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  validating: ['in_progress', 'failed', 'cancelling', 'expired'],
  in_progress: ['finalizing', 'cancelling', 'expired', 'failed'],
  finalizing: ['completed', 'failed'],
  cancelling: ['cancelled'],
  completed: [],
  failed: [],
  expired: [],
  cancelled: [],
}
export const isBatchOver = (status: BatchStatus): boolean => nextBatchStatuses[status].length === 0

const count = z.number().int().nonnegative()

export const batchUsage = z.object({ inputTokens: count, cachedTokens: count, outputTokens: count, reasoningTokens: count })
export type BatchUsage = z.infer<typeof batchUsage>

/** A batch as people see it; times are Unix milliseconds. */
export const batch = z.object({
  /** `batch_` and 24 letters and digits. */
  id: z.string(),
  /** Of the file, as it was called. */
  name: z.string(),
  /** Who it belongs to, by the name of the key. */
  owner: z.string(),
  endpoint: batchEndpoint,
  /** Of its requests, most frequent first; empty until it was validated. */
  models: z.array(modelId),
  /** Only this place serves it; absent: whichever can. */
  place: z.object({ cluster: clusterName, framework: framework.exactOptional() }).optional(),
  status: batchStatus,
  /** Held by a person until it is resumed. */
  isPaused: z.boolean(),
  /** Why nothing goes on at the moment, though it should; one sentence. */
  waits: z.string().optional(),
  createdAtMs: count,
  inProgressAtMs: count.optional(),
  finalizingAtMs: count.optional(),
  cancellingAtMs: count.optional(),
  /** When it came to its end, whichever that was. */
  endedAtMs: count.optional(),
  expiresAtMs: count,
  total: count,
  completed: count,
  failed: count,
  /** While it is validated: 0 to 1. */
  validated: z.number().min(0).max(1).optional(),
  /** Requests under way now. */
  inFlight: count.optional(),
  /** Requests and tokens a second, over the last minute. */
  requestsPerS: z.number().nonnegative().optional(),
  tokensPerS: z.number().nonnegative().optional(),
  /** When it will be done at this rate. */
  expectedEndMs: count.optional(),
  usage: batchUsage.optional(),
  /** Results by the cluster that gave them. */
  byCluster: z.record(z.string(), count).optional(),
  /** What keeps it from running. */
  errors: z.array(batchFinding),
  inputFileId: z.string(),
  outputFileId: z.string().optional(),
  errorFileId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  /** Of this machine, where it was asked for by them, as on a FIRST site; `results` and `progress` once they are there. */
  paths: z.object({ input: z.string(), outputFolder: z.string().optional(), results: z.string().optional(), progress: z.string().optional() }).optional(),
  /** Something a person should know of how it is done, one sentence. */
  note: z.string().optional(),
  /** Grows with every change of any batch: what a window has, it need not be told again. */
  seq: count,
})
export type Batch = z.infer<typeof batch>
