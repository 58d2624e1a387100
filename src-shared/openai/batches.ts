import { z } from 'zod'
import { metadata, oneOf, text } from '../checks'
import type { Batch, BatchStatus, BatchUsage } from '../domain/batch'
import { batchStatus } from '../domain/batch'
import { batchEndpoint, type BatchFinding } from '../domain/batch-report'
import { expiresAfter, secondsOf } from './files'
import { pageLimit, pageSchema } from './page'

const hourMs = 60 * 60 * 1000
const longestMs = 30 * 24 * hourMs
const unitMs = { h: hourMs, d: 24 * hourMs } as const

/** OpenAI knows `24h` alone; here any number of hours or days up to thirty days is a time to be done in. @returns milliseconds; NaN for anything else */
export function windowMs(window: string): number {
  const [, count, unit] = /^(\d{1,3})([hd])$/.exec(window) ?? []
  return Number(count) * (unit === 'd' ? unitMs.d : unitMs.h)
}

const completionWindow = text.refine((window) => windowMs(window) >= hourMs && windowMs(window) <= longestMs, 'must be a time such as 24h, 72h or 7d, at most 30d').meta({ examples: ['24h'] })

/** The body of `POST /v1/batches`. */
export const newBatchBody = z.strictObject(
  {
    input_file_id: text.min(1, 'must not be empty'),
    endpoint: oneOf(...batchEndpoint.options),
    completion_window: completionWindow,
    metadata: metadata.nullish(),
    output_expires_after: expiresAfter.nullish(),
  },
  { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : 'must be an object') },
)

export const batchQuery = z.object({ limit: pageLimit(100, 20), after: text.optional() })

const unixSeconds = z.int().nullable().describe('Unix seconds')
const whole = z.int().min(0)

const wireUsage = z.object({
  input_tokens: whole,
  input_tokens_details: z.object({ cached_tokens: whole }),
  output_tokens: whole,
  output_tokens_details: z.object({ reasoning_tokens: whole }),
  total_tokens: whole,
})

/** A batch as OpenAI shows it (wire/openai-batch.md); `paused`, `waits` and `note` are ours, and there only while they say something. */
export const wireBatch = z.object({
  id: z.string(),
  object: z.literal('batch'),
  endpoint: batchEndpoint,
  model: z.string().nullable(),
  errors: z.object({ object: z.literal('list'), data: z.array(z.object({ code: z.string(), message: z.string(), param: z.string().nullable(), line: z.int().nullable() })) }).nullable(),
  input_file_id: z.string(),
  completion_window: z.string(),
  status: batchStatus,
  output_file_id: z.string().nullable(),
  error_file_id: z.string().nullable(),
  created_at: z.int(),
  in_progress_at: unixSeconds,
  expires_at: unixSeconds,
  finalizing_at: unixSeconds,
  completed_at: unixSeconds,
  failed_at: unixSeconds,
  expired_at: unixSeconds,
  cancelling_at: unixSeconds,
  cancelled_at: unixSeconds,
  request_counts: z.object({ total: whole, completed: whole, failed: whole }),
  usage: wireUsage,
  metadata: z.record(z.string(), z.string()).nullable(),
  paused: z.literal(true).optional().describe('Held until it is resumed'),
  waits: z.string().optional().describe('Why nothing goes on at the moment'),
  note: z.string().optional().describe('Something to know of how it is done'),
})
export type WireBatch = z.infer<typeof wireBatch>
export const wireBatchPage = pageSchema(wireBatch)

const noUsage: BatchUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }
const timeOf = (ms: number | undefined): number | null => (ms === undefined ? null : secondsOf(ms))

export function batchToWire(batch: Batch): WireBatch {
  const endedAt = (status: BatchStatus): number | null => (batch.status === status ? timeOf(batch.endedAtMs) : null)
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    model: batch.models[0] ?? null,
    errors: batch.errors.length === 0 ? null : { object: 'list', data: batch.errors.map(errorToWire) },
    input_file_id: batch.inputFileId,
    completion_window: `${Math.round((batch.expiresAtMs - batch.createdAtMs) / hourMs)}h`,
    status: batch.status,
    output_file_id: batch.outputFileId ?? null,
    error_file_id: batch.errorFileId ?? null,
    created_at: secondsOf(batch.createdAtMs),
    in_progress_at: timeOf(batch.inProgressAtMs),
    expires_at: secondsOf(batch.expiresAtMs),
    finalizing_at: timeOf(batch.finalizingAtMs),
    completed_at: endedAt('completed'),
    failed_at: endedAt('failed'),
    expired_at: endedAt('expired'),
    cancelling_at: timeOf(batch.cancellingAtMs),
    cancelled_at: endedAt('cancelled'),
    request_counts: { total: batch.total, completed: batch.completed, failed: batch.failed },
    usage: usageToWire(batch.usage ?? noUsage),
    metadata: batch.metadata ?? null,
    ...(batch.isPaused && batch.endedAtMs === undefined && { paused: true as const }),
    ...(batch.waits !== undefined && { waits: batch.waits }),
    ...(batch.note !== undefined && { note: batch.note }),
  }
}

function usageToWire({ inputTokens, cachedTokens, outputTokens, reasoningTokens }: BatchUsage): WireBatch['usage'] {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}

/** What is wrong, and what to do about it. */
const errorToWire = ({ code, message, fix, param, line }: BatchFinding) => ({ code, message: `${message} ${fix}`, param: param ?? null, line })
