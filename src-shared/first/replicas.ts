import { z } from 'zod'
import { framework, modelId } from '../domain/model'
import { replicaState, type Replica } from '../domain/replica'

/**
 * What an admin asks of a deployment: `POST /{cluster}/deployments/{start, stop, drain, scale, auto}`. FIRST has no such calls; ids of models
 * hold slashes, so they are in the body.
 */
export const deploymentOrder = z.strictObject({
  model: modelId,
  /** Needed only where the cluster serves the model with several. */
  framework: framework.optional(),
})
export const scaleOrder = deploymentOrder.extend({ replicas: z.number().int().min(0).max(256) })

export const wireReplica = z.object({
  id: z.string(),
  object: z.literal('replica'),
  cluster: z.string(),
  model: z.string(),
  framework,
  state: replicaState,
  /** Unix seconds, all of them. */
  since: z.int(),
  requested_at: z.int(),
  estimated_start: z.int().optional(),
  ends_at: z.int().optional(),
  /** As its workload manager knows it; of this machine a process and its start. */
  job_id: z.string().optional(),
  reason: z.string().optional(),
  attempt: z.int(),
  nodes: z.array(z.string()).optional(),
  gpus: z.array(z.int()).optional(),
  requests: z.int().optional().describe('Requests that it has now'),
})
export type WireReplica = z.infer<typeof wireReplica>

export const wireReplicaList = z.object({ object: z.literal('list'), data: z.array(wireReplica) })
export const wireReplicaLog = z.object({ id: z.string(), object: z.literal('replica.log'), text: z.string().describe('The last lines that it printed') })

/** What was asked of a deployment, as it was understood. */
export const wireOrder = z.object({
  object: z.literal('deployment'),
  cluster: z.string(),
  model: z.string(),
  framework,
  want: z.enum(['start', 'stop', 'drain', 'scale', 'auto']),
  replicas: z.int().optional(),
})
export type WireOrder = z.infer<typeof wireOrder>

const seconds = (ms: number): number => Math.floor(ms / 1000)

export function replicaToWire(replica: Replica): WireReplica {
  const { id, cluster, model, framework: served, state, sinceMs, requestedAtMs, estimatedStartMs, endsAtMs, handle, reason, attempt, nodes, gpus, inFlight } = replica
  return {
    id,
    object: 'replica',
    cluster,
    model,
    framework: served,
    state,
    since: seconds(sinceMs),
    requested_at: seconds(requestedAtMs),
    ...(estimatedStartMs !== undefined && { estimated_start: seconds(estimatedStartMs) }),
    ...(endsAtMs !== undefined && { ends_at: seconds(endsAtMs) }),
    ...(handle !== undefined && { job_id: handle }),
    ...(reason !== undefined && { reason }),
    attempt,
    ...(nodes !== undefined && { nodes }),
    ...(gpus !== undefined && { gpus }),
    ...(inFlight !== undefined && { requests: inFlight }),
  }
}
