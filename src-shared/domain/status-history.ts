import { z } from 'zod'
import { modelStatus } from './model'

/** Unix milliseconds. */
const timeMs = z.number().int().nonnegative()

/** A time over which a status held, as far as it was watched; `[from, to)`. */
const statusSpan = z.tuple([timeMs, timeMs, modelStatus])
export type StatusSpan = z.infer<typeof statusSpan>

/**
 * The past of a cluster, or of a model on it. Spans are in order and do not overlap; where none is, nothing is known.
 * Of a cluster `live` is reachable and `offline` is not.
 */
export const statusTrack = z.object({
  cluster: z.string(),
  /** Absent for the cluster itself. */
  model: z.string().optional(),
  spans: z.array(statusSpan),
})
export type StatusTrack = z.infer<typeof statusTrack>

/** Narrowed to a cluster, or to one model of it. */
export const statusHistoryRequest = z.object({ fromMs: timeMs, cluster: z.string().max(256).optional(), model: z.string().max(256).optional() })
export type StatusHistoryRequest = z.infer<typeof statusHistoryRequest>

export const statusHistory = z.object({
  /** What is told of; `fromMs` is later than asked where there is too much to tell. */
  fromMs: timeMs,
  toMs: timeMs,
  tracks: z.array(statusTrack),
})
export type StatusHistory = z.infer<typeof statusHistory>

/** How long changes are kept. */
export const keptHistoryMs = 31 * 86_400_000
