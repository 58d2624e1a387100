import { z } from 'zod'

/** A job as a cluster's workload manager reports it (wire/first.md, "A job entry"); only what the site says is there. */
export const job = z.object({
  id: z.string().optional(),
  state: z.enum(['running', 'queued', 'stopped', 'other']),
  models: z.array(z.string()),
  framework: z.string(),
  /** What the site says of the model in it: `starting`, `running`, `disconnected`, and here `draining`: it finishes what it has. */
  modelStatus: z.string().optional(),
  host: z.string().optional(),
  nodes: z.number().int().nonnegative().optional(),
  /** As the site writes it, for example `24:00:00`. */
  walltime: z.string().optional(),
  estimatedStart: z.string().optional(),
  comment: z.string().optional(),
  username: z.string().optional(),
  batchId: z.string().optional(),
})
export type Job = z.infer<typeof job>
