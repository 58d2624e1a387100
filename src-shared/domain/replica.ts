import { z } from 'zod'
import { clusterName, framework, modelId, type ModelStatus } from './model'

/** The life of a replica: asked for, waiting in the workload manager, loading, serving, finishing what it has, over. */
export const replicaState = z.enum(['requested', 'queued', 'starting', 'live', 'draining', 'stopped', 'failed'])
export type ReplicaState = z.infer<typeof replicaState>

/** Moves that the scheduler may make; news can be missed, so a short life may skip steps. */
export const nextReplicaStates: Readonly<Record<ReplicaState, readonly ReplicaState[]>> = {
  requested: ['queued', 'starting', 'live', 'draining', 'stopped', 'failed'],
  queued: ['starting', 'live', 'draining', 'stopped', 'failed'],
  starting: ['queued', 'live', 'draining', 'stopped', 'failed'], // back to queued: requeued or suspended by the site
  live: ['queued', 'starting', 'draining', 'stopped', 'failed'], // back to starting: requeued and running again, or its address has changed
  draining: ['stopped', 'failed'],
  stopped: [],
  failed: [],
}

export const replica = z.object({
  /** `fd-` and twelve letters and digits; the name of its job or the mark of its process. */
  id: z.string(),
  cluster: clusterName,
  model: modelId,
  framework,
  state: replicaState,
  /** Unix milliseconds at which it came into this state, and was asked for. */
  sinceMs: z.number().int(),
  requestedAtMs: z.number().int(),
  /** A process id and its start, or a job's id, as its cluster knows it. */
  handle: z.string().optional(),
  /** Base URL with the version, once it is known. */
  baseUrl: z.string().optional(),
  /** Why it waits, or why it ended; one sentence. */
  reason: z.string().optional(),
  /** The last lines it printed, where it failed. */
  logTail: z.string().optional(),
  /** Which try of a start this is, from 1. */
  attempt: z.number().int().positive(),
  nodes: z.array(z.string()).optional(),
  gpus: z.array(z.number().int()).optional(),
  estimatedStartMs: z.number().int().optional(),
  /** When its walltime is over. */
  endsAtMs: z.number().int().optional(),
  /** The batch that it is for; it takes nobody else's requests. Absent: it is for everybody. */
  batch: z.string().optional(),
  /** Requests of this gateway that it has now. */
  inFlight: z.number().int().nonnegative().optional(),
})
export type Replica = z.infer<typeof replica>

/** The furthest that any replica has come says how the model is. */
const progress: readonly (readonly [ReplicaState, ModelStatus])[] = [['live', 'live'], ['starting', 'starting'], ['queued', 'queued'], ['requested', 'queued']]

/** How the model of these replicas is, with the state that says so; undefined where none of them serves or is on its way to. */
export function progressOf(replicas: readonly Pick<Replica, 'state'>[]): { readonly state: ReplicaState; readonly status: ModelStatus } | undefined {
  const reached = progress.find(([state]) => replicas.some((one) => one.state === state))
  return reached === undefined ? undefined : { state: reached[0], status: reached[1] }
}
