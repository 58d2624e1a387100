import { z } from 'zod'

const count = z.number().int().nonnegative()

/** A file that a caller has sent, or that the gateway made; times are Unix milliseconds. */
export const storedFile = z.object({
  /** `file-` and 24 letters and digits. */
  id: z.string(),
  /** Id of whom it belongs to. */
  identity: z.string(),
  purpose: z.enum(['batch', 'batch_output']),
  filename: z.string(),
  bytes: count,
  /** Hexadecimal. */
  sha256: z.string().optional(),
  createdAtMs: count,
  expiresAtMs: count.optional(),
})
export type StoredFile = z.infer<typeof storedFile>
