import { z } from 'zod'
import { clusterName, framework, modelId } from './model'

/** A model configured on a cluster with a framework. */
export const deploymentName = z.object({ cluster: clusterName, model: modelId, framework })
export type DeploymentName = z.infer<typeof deploymentName>

/**
 * What an admin wants of a deployment, until something else is wanted. `start`: as a request would, and failures until then are forgiven.
 * `stop`: none, at once. `drain`: none, once they have finished. `scale`: so many, within `max`. `auto`: as the load and the configuration have it.
 */
export const deploymentWish = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['start', 'stop', 'drain', 'auto']) }),
  z.object({ kind: z.literal('scale'), replicas: z.number().int().nonnegative().max(256) }),
])
export type DeploymentWish = z.infer<typeof deploymentWish>
