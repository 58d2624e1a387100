import { z } from 'zod'
import { clusterName, modelId } from './model'

/** Something that an admin should know of, told once. */
export const alert = z.object({
  /** The same for the same thing, so that it is told once. */
  id: z.string(),
  kind: z.enum(['replica_failed', 'cluster_unreachable', 'sign_in_needed', 'cluster_back', 'walltime_near']),
  /** Unix milliseconds. */
  atMs: z.number().int(),
  cluster: clusterName,
  model: modelId.optional(),
  /** One sentence. */
  message: z.string(),
})
export type Alert = z.infer<typeof alert>
