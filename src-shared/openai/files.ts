import { z } from 'zod'
import { literal, object, oneOf, text, wholeBetween } from '../checks'
import type { StoredFile } from '../domain/file'
import { pageLimit, pageSchema } from './page'

const daySeconds = 24 * 60 * 60

/** When a file goes: an hour to thirty days after it was made. */
export const expiresAfter = object({ anchor: literal('created_at'), seconds: wholeBetween(3600, 30 * daySeconds) })

/** The fields that come with a file (OpenAI's API reference, "Upload file"); batches are all that files are for here. */
export const uploadForm = z.object({ purpose: literal('batch'), expires_after: expiresAfter.optional() })
export type UploadForm = z.infer<typeof uploadForm>

export const fileQuery = z.object({ purpose: text.optional(), limit: pageLimit(10_000, 10_000), order: oneOf('asc', 'desc').default('desc'), after: text.optional() })

const unixSeconds = z.int().describe('Unix seconds')

/** A file as OpenAI shows it (wire/openai-batch.md). */
export const wireFile = z.object({
  id: z.string(),
  object: z.literal('file'),
  bytes: z.int(),
  created_at: unixSeconds,
  expires_at: unixSeconds.nullable(),
  filename: z.string(),
  purpose: z.enum(['batch', 'batch_output']),
  status: z.enum(['uploaded', 'processed', 'error']),
})
export type WireFile = z.infer<typeof wireFile>
export const wireFilePage = pageSchema(wireFile)

export const deletedFile = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) })

/** Whole seconds, as OpenAI counts time. */
export const secondsOf = (ms: number): number => Math.floor(ms / 1000)

/** A file is there whole or not at all, so that it is always processed. */
export function fileToWire({ id, bytes, createdAtMs, expiresAtMs, filename, purpose }: StoredFile): WireFile {
  return { id, object: 'file', bytes, created_at: secondsOf(createdAtMs), expires_at: expiresAtMs === undefined ? null : secondsOf(expiresAtMs), filename, purpose, status: 'processed' }
}
