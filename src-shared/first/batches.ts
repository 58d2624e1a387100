import { z } from 'zod'
import type { Batch, BatchStatus } from '../domain/batch'

/** As a FIRST gateway tells it (wire/first.md). */
export const firstBatchStatus = z.enum(['pending', 'running', 'failed', 'completed'])
export type FirstBatchStatus = z.infer<typeof firstBatchStatus>

const statuses: Readonly<Record<BatchStatus, FirstBatchStatus>> = {
  validating: 'pending',
  in_progress: 'running',
  finalizing: 'running',
  cancelling: 'running',
  completed: 'completed',
  failed: 'failed',
  expired: 'failed',
  cancelled: 'failed',
}
export const firstStatusOf = ({ status }: Pick<Batch, 'status'>): FirstBatchStatus => statuses[status]

/** The body of `POST /{cluster}/{framework}/v1/batches`; paths are of the machine of the gateway. */
export const firstBatchBody = z.strictObject({ input_file: z.string().min(1), model: z.string().min(1).max(256), output_folder_path: z.string().min(1).nullish() })
export const firstBatchQuery = z.object({ status: firstBatchStatus.optional() })

/** Its answer. */
export const submittedFirstBatch = z.object({ batch_id: z.string(), input_file: z.string(), output_folder_path: z.string().nullable(), task_ids: z.string().nullable(), status: firstBatchStatus })
export type SubmittedFirstBatch = z.infer<typeof submittedFirstBatch>

const dateTime = z.iso.datetime().nullable()
export const firstBatch = z.object({
  id: z.string(),
  batch_id: z.string(),
  cluster: z.string(),
  framework: z.string(),
  input_file: z.string(),
  in_progress_at: dateTime,
  completed_at: dateTime,
  failed_at: dateTime,
  status: firstBatchStatus,
})
export type FirstBatch = z.infer<typeof firstBatch>

const timeOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())

/** An entry of `GET /v1/batches`. What may run anywhere has the cluster that did most of it. */
export function firstBatchToWire(batch: Batch): FirstBatch {
  const { id, place, byCluster = {}, paths, inputFileId, inProgressAtMs, endedAtMs } = batch
  const status = firstStatusOf(batch)
  const [most] = Object.entries(byCluster).sort(([, a], [, b]) => b - a)
  return {
    id,
    batch_id: id,
    cluster: place?.cluster ?? most?.[0] ?? '',
    framework: place?.framework ?? '',
    input_file: paths?.input ?? inputFileId,
    in_progress_at: timeOf(inProgressAtMs),
    completed_at: status === 'completed' ? timeOf(endedAtMs) : null,
    failed_at: status === 'failed' ? timeOf(endedAtMs) : null,
    status,
  }
}

/** What `GET /v1/batches/{id}/result` says, as JSON inside a JSON string. */
export const firstBatchResult = z.object({
  results_file: z.string(),
  progress_file: z.string(),
  metrics: z.object({ response_time: z.number(), throughput_tokens_per_second: z.number(), total_tokens: z.int(), num_responses: z.int(), lines_processed: z.int() }),
})
export type FirstBatchResult = z.infer<typeof firstBatchResult>

/** Where it was asked for with a folder, its files are there; otherwise they are fetched at these paths of the gateway. */
export function firstResultOf({ id, paths, outputFileId, errorFileId, inProgressAtMs, createdAtMs, endedAtMs = createdAtMs, usage, completed, failed }: Batch): FirstBatchResult {
  const seconds = Math.max(0, endedAtMs - (inProgressAtMs ?? createdAtMs)) / 1000
  const tokens = usage === undefined ? 0 : usage.inputTokens + usage.outputTokens
  const fetched = `/v1/files/${outputFileId ?? errorFileId ?? ''}/content`
  return {
    results_file: paths?.results ?? fetched,
    progress_file: paths?.progress ?? `/v1/batches/${id}`,
    metrics: { response_time: seconds, throughput_tokens_per_second: seconds === 0 ? 0 : tokens / seconds, total_tokens: tokens, num_responses: completed, lines_processed: completed + failed },
  }
}
