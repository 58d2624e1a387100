import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Room } from './share'
import type { ClusterView } from './world'

type Site = Pick<ClusterView, 'maxNodes' | 'capacity'>

/**
 * What all deployments of a cluster share. Where no node is up, or the queue has none, nothing is bounded: the site says itself what it makes of a job.
 * @param held what replicas have there: a node that the site leaves out for a while binds starts, and ends nothing.
 */
export function roomIn({ maxNodes, capacity }: Site, held: Room = {}): Room {
  const up = capacity?.nodes?.total === 0 ? undefined : capacity
  const atLeast = (total: number, amount: keyof Room): number => Math.max(total, held[amount] ?? 0)
  const nodes = Math.min(maxNodes ?? Infinity, atLeast(up?.nodes?.total ?? Infinity, 'nodes'))
  return {
    ...(nodes === Infinity ? {} : { nodes }),
    ...(up?.gpus === undefined ? {} : { gpus: atLeast(up.gpus.total, 'gpus') }),
    ...(up?.memoryMb === undefined ? {} : { memoryMb: atLeast(up.memoryMb.total, 'memoryMb') }),
  }
}

/** What one replica takes of it; GPUs and memory are meant for each of its nodes. */
export function roomOf({ resources }: LaunchedDeployment, site: Site): Room {
  const { nodes, gpus, memoryMb = 0 } = resources
  return { nodes: nodes * nodeShare(resources, site), gpus: nodes * gpus, memoryMb: nodes * memoryMb }
}

/** The part of a node that a replica keeps from others. One that names its cores or memory may share a node with any number: only the site knows how many fit. */
function nodeShare({ gpus, cores, memoryMb }: LaunchedDeployment['resources'], { maxNodes, capacity }: Site): number {
  const gpusOfNode = (capacity?.gpus?.total ?? 0) / (capacity?.nodes?.total ?? 1)
  if (gpus > 0) return gpusOfNode > 0 ? Math.min(1, gpus / gpusOfNode) : 1
  return maxNodes === undefined && (cores !== undefined || memoryMb !== undefined) ? 0 : 1
}
