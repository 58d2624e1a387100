import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Which requests of a batch are shown: those that failed come first in `all`. */
export const batchRowFilter = z.enum(['all', 'failed', 'completed', 'waiting'])
export type BatchRowFilter = z.infer<typeof batchRowFilter>

/** One request of a batch, in a line of a table. */
export const batchRow = z.object({
  /** Counts requests of the file from 0. */
  index: count,
  /** Of the file, from 1. */
  line: count,
  customId: z.string(),
  state: z.enum(['waiting', 'completed', 'failed']),
  /** Of the answer, where there is one. */
  statusCode: count.optional(),
  /** Why there is none, or what the refusal says. */
  errorCode: z.string().optional(),
  /** The beginning of the question, and of the answer or of the error, in a line each. */
  question: z.string(),
  answer: z.string().optional(),
})
export type BatchRow = z.infer<typeof batchRow>

/** One request and what came of it, as JSON. */
export const batchRowDetail = z.object({ index: count, line: count, customId: z.string(), request: z.string(), result: z.string().optional() })
export type BatchRowDetail = z.infer<typeof batchRowDetail>

/** What a place would take for a batch, from what was measured there. */
export const batchEstimate = z.object({
  cluster: z.string(),
  model: z.string(),
  framework: z.string(),
  status: z.string(),
  /** Requests it takes at once, where that is known. */
  capacity: count.optional(),
  /** Of the last days; absent: nothing was measured. */
  requestsPerS: z.number().nonnegative().optional(),
  tokensPerS: z.number().nonnegative().optional(),
})
export type BatchEstimate = z.infer<typeof batchEstimate>
