import { z } from 'zod'

/** Why somebody was not let in, or not let through to a model. Alike ones are told as one. */
export const refusal = z.object({
  /** Unix milliseconds, of the last one. */
  atMs: z.number(),
  count: z.number(),
  status: z.number(),
  /** Of the catalogue of errors. */
  code: z.string(),
  /** As the caller was told. */
  reason: z.string(),
  /** As far as it is known: an id for records, and a name for people. */
  identity: z.string().exactOptional(),
  name: z.string().exactOptional(),
  /** Address of the caller. */
  origin: z.string().exactOptional(),
})
export type Refusal = z.infer<typeof refusal>
