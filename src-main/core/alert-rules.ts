import type { Alert } from '@shared/domain/alert'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'

/** A replica that nobody replaces is told of this long before its walltime ends. Milliseconds. */
const walltimeNearMs = 10 * 60_000

/** What has come about between two looks at the clusters. */
export function alertsOf(before: readonly ClusterSnapshot[], now: readonly ClusterSnapshot[], nowMs: number): Alert[] {
  return now.flatMap((cluster) => {
    const known = before.find(({ name }) => name === cluster.name)
    return known === undefined ? [] : [...reachability(known, cluster, nowMs), ...failures(known, cluster, nowMs), ...walltimes(cluster, nowMs)]
  })
}

function reachability(before: ClusterSnapshot, { name, isReachable, problem, needsSignIn }: ClusterSnapshot, atMs: number): Alert[] {
  if (!wasAsked(before) || before.isReachable === isReachable) return []
  if (isReachable) return [{ id: `${name} back ${atMs}`, kind: 'cluster_back', atMs, cluster: name, message: `The cluster ${name} is reached again.` }]
  const kind = needsSignIn === true ? 'sign_in_needed' : 'cluster_unreachable'
  return [{ id: `${name} away ${atMs}`, kind, atMs, cluster: name, message: problem === undefined ? `The cluster ${name} cannot be reached.` : `${name}: ${problem}` }]
}

/** Not what a start or an edit of config.yaml finds: that is not reachable, with no problem, until it is asked. */
function wasAsked({ isReachable, problem, takenAtMs }: ClusterSnapshot): boolean {
  return takenAtMs !== 0 && (isReachable || problem !== undefined)
}

function failures(before: ClusterSnapshot, { name, replicas = [] }: ClusterSnapshot, atMs: number): Alert[] {
  const failedBefore = new Set(before.replicas?.flatMap(({ id, state }) => (state === 'failed' ? [id] : [])))
  return replicas
    .filter(({ id, state }) => state === 'failed' && !failedBefore.has(id))
    .map(({ id, model, reason }) => ({ id: `${id} failed`, kind: 'replica_failed', atMs, cluster: name, model, message: `A replica of ${model} on ${name} failed${reason === undefined ? '.' : `: ${reason}`}` }))
}

function walltimes({ name, replicas = [] }: ClusterSnapshot, atMs: number): Alert[] {
  const isNear = ({ state, endsAtMs }: Replica): boolean => state === 'live' && endsAtMs !== undefined && endsAtMs - atMs < walltimeNearMs
  const isReplaced = (replica: Replica): boolean => replicas.some(({ id, model, framework, state, endsAtMs = Infinity }) => id !== replica.id && model === replica.model && framework === replica.framework && state === 'live' && endsAtMs > (replica.endsAtMs ?? 0))
  return replicas
    .filter((replica) => isNear(replica) && !isReplaced(replica))
    .map((replica) => ({ id: `${replica.id} walltime`, kind: 'walltime_near', atMs, cluster: name, model: replica.model, message: `The walltime of ${replica.model} on ${name} ends soon, and no other replica serves yet.` }))
}
