import { z } from 'zod'
import { job } from './job'
import { clusterName, modelInfo } from './model'
import { replica } from './replica'

export const clusterKind = z.enum(['local', 'slurm', 'pbs', 'direct', 'first', 'globus-compute'])
export type ClusterKind = z.infer<typeof clusterKind>

/** What is known of a cluster at one moment; kept, so that it can be shown with its age when the cluster cannot be asked. */
export const clusterSnapshot = z.object({
  name: clusterName,
  kind: clusterKind,
  /** Where it is: the URL of a server; absent for this machine. */
  url: z.string().optional(),
  isReachable: z.boolean(),
  /** One sentence with what to do, while it is not reachable. */
  problem: z.string().optional(),
  /** Whether that is all: somebody's sign-in. */
  needsSignIn: z.boolean().optional(),
  models: z.array(modelInfo),
  /** Absent where the cluster has no workload manager, or does not tell. */
  jobs: z.array(job).optional(),
  nodes: z.object({ free: z.number().int().nonnegative(), total: z.number().int().nonnegative().optional() }).optional(),
  /** Running copies that are started from here, and the last that are over; absent where the cluster keeps its own. */
  replicas: z.array(replica).optional(),
  /** Under maintenance, as the site says. */
  isInMaintenance: z.boolean().optional(),
  /** Unix milliseconds at which `models` was true; not moved by a failed attempt. */
  takenAtMs: z.number().int(),
})
export type ClusterSnapshot = z.infer<typeof clusterSnapshot>
