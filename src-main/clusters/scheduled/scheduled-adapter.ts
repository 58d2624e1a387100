import type { LaunchedDeployment } from '@shared/config/deployment'
import type { ClusterKind, ClusterSnapshot } from '@shared/domain/cluster'
import type { Job } from '@shared/domain/job'
import type { ModelInfo, Operation } from '@shared/domain/model'
import { progressOf, type Replica } from '@shared/domain/replica'
import { FirstError } from '@shared/errors'
import { clockTime } from '@shared/first/clock-time'
import type { ClusterAdapter, Deployment, Lease } from '../cluster-adapter'
import { problemOf } from '../problem'
import type { ReplicaPool } from '../replica-pool'

export interface ScheduledOptions {
  readonly name: string
  readonly kind: ClusterKind
  /** Whether replicas are jobs of a workload manager, to be listed as such. */
  readonly hasJobs: boolean
}

/** What it serves, and when it serves nothing. */
export interface ScheduledSettings {
  readonly deployments: readonly LaunchedDeployment[]
  /** The reason, while it is under maintenance. */
  readonly maintenance: () => string | undefined
}

export interface ScheduledAdapter extends ClusterAdapter {
  configure(settings: ScheduledSettings): void
}

/** Replicas that are over, of which a cluster still tells: what the last failures printed. */
const mostOver = 5

/** What an engine of a framework serves where the deployment does not say. */
const operationsOf: Readonly<Record<LaunchedDeployment['framework'], Operation[]>> = {
  vllm: ['chat_completions', 'completions', 'embeddings'],
  infinity: ['embeddings'],
  api: ['chat_completions', 'completions', 'embeddings'],
  llama: ['chat_completions'],
}

/** A cluster whose replicas the scheduler starts and stops: models of this machine's processes, or of jobs. */
export function createScheduledAdapter({ name, kind, hasJobs }: ScheduledOptions, first: ScheduledSettings, { pool, now }: { readonly pool: ReplicaPool; readonly now: () => number }): ScheduledAdapter {
  let settings = first
  const listeners = new Set<() => void>()
  const own = (): readonly Replica[] => pool.replicas().filter(({ cluster }) => cluster === name)
  const leaseNow = ({ model, framework, batch }: Deployment): Lease => {
    const reason = settings.maintenance()
    // What is live serves on for as long as it can.
    if (reason !== undefined && !own().some((replica) => replica.state === 'live' && replica.model === model && replica.framework === framework && replica.batch === batch)) throw new FirstError('cluster_under_maintenance', `The cluster "${name}" is under maintenance: ${reason}`)
    const { baseUrl, key, release, suspect } = pool.acquire({ cluster: name, model, framework, batch })
    return {
      baseUrl,
      headers: { authorization: `Bearer ${key}` },
      model,
      release,
      hasEnded() {
        suspect()
        return Promise.resolve(true)
      },
    }
  }
  return {
    kind,
    name,
    describe() {
      const replicas = own()
      const problem = pool.problem(name)
      const maintenance = settings.maintenance()
      const nodes = pool.capacity(name)?.nodes
      return Promise.resolve<ClusterSnapshot>({
        name,
        kind,
        isReachable: problem === undefined,
        ...(problem !== undefined && problemOf(problem)),
        models: settings.deployments.map((deployment) => modelOf(name, deployment, replicas, pool, maintenance)),
        ...(hasJobs && { jobs: replicas.flatMap((replica) => jobOf(replica, settings.deployments)) }),
        ...(nodes !== undefined && { nodes: { free: Math.max(0, nodes.free), total: nodes.total } }),
        replicas: shown(replicas),
        ...(maintenance !== undefined && { isInMaintenance: true }),
        takenAtMs: now(),
      })
    },
    leaseNow,
    // eslint-disable-next-line @typescript-eslint/require-await -- what the pool throws is a rejection
    async acquire(deployment, signal) {
      signal.throwIfAborted()
      return leaseNow(deployment)
    },
    onChange(listener) {
      listeners.add(listener)
      const stop = pool.onChange((cluster) => {
        if (cluster === name) listener()
      })
      return () => {
        listeners.delete(listener)
        stop()
      }
    },
    configure(next) {
      settings = next
      listeners.forEach((listener) => listener())
    },
    close: () => Promise.resolve(),
  }
}

/** Those that are there, and the last that are over. */
function shown(replicas: readonly Replica[]): Replica[] {
  const over = replicas.filter(isOver).sort((a, b) => b.sinceMs - a.sinceMs)
  return [...replicas.filter((replica) => !isOver(replica)), ...over.slice(0, mostOver)]
}

const isOver = ({ state }: Replica): boolean => state === 'stopped' || state === 'failed'

function modelOf(cluster: string, deployment: LaunchedDeployment, replicas: readonly Replica[], pool: ReplicaPool, maintenance: string | undefined): ModelInfo {
  const { model, framework, contextTokens, capabilities, operations = operationsOf[framework], requestsPerReplica } = deployment
  const own = replicas.filter((replica) => replica.model === model && replica.framework === framework && replica.batch === undefined)
  const { state, status } = progressOf(own) ?? {}
  const telling = own.filter((replica) => replica.state === (state ?? 'failed')).sort((a, b) => b.sinceMs - a.sinceMs)[0]
  const usualMs = pool.usualStartMs({ cluster, model, framework })
  const wish = pool.wishOf({ cluster, model, framework })
  const requestedAtMs = status === 'starting' || status === 'queued' ? Math.min(...own.filter((replica) => replica.state === state).map((replica) => replica.requestedAtMs)) : undefined
  const live = own.filter((replica) => replica.state === 'live').length
  return {
    id: model,
    cluster,
    framework,
    status: status === 'live' ? status : maintenance !== undefined ? 'maintenance' : (status ?? (isFailed(own) ? 'failed' : 'offline')),
    operations: [...operations],
    ...((maintenance ?? telling?.reason) !== undefined && { reason: maintenance ?? telling?.reason }),
    ...(telling !== undefined && { sinceMs: telling.sinceMs }),
    scaling: {
      min: deployment.replicas.min,
      max: deployment.replicas.max,
      ...(wish !== undefined && { wish }),
      ...(deployment.walltimeS !== undefined && { walltimeS: deployment.walltimeS }),
      ...(deployment.resources.cores !== undefined && { cores: deployment.resources.cores }),
    },
    ...(deployment.batch.dedicated && { batchReplica: { capacity: requestsPerReplica } }),
    ...(requestedAtMs !== undefined && { requestedAtMs }),
    ...(usualMs !== undefined && { usualStartMs: usualMs }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(live > 0 && { capacity: live * requestsPerReplica }),
    capabilities: { ...capabilities, hasBatch: deployment.batch.enabled, isAlwaysHot: deployment.hot },
  }
}

/** The last that happened was a failure. */
function isFailed(own: readonly Replica[]): boolean {
  return own.reduce<Replica | undefined>((last, replica) => (replica.sinceMs > (last?.sinceMs ?? -Infinity) ? replica : last), undefined)?.state === 'failed'
}

const jobStates: Readonly<Partial<Record<Replica['state'], Job['state']>>> = { requested: 'queued', queued: 'queued', starting: 'running', live: 'running', draining: 'running' }

/** FIRST's words for the model in a job that runs, and ours. */
const modelStatuses: Readonly<Partial<Record<Replica['state'], string>>> = { starting: 'starting', live: 'running', draining: 'draining' }

function jobOf(replica: Replica, deployments: readonly LaunchedDeployment[]): Job[] {
  const state = jobStates[replica.state]
  if (state === undefined) return []
  const { handle, model, framework, nodes, reason, estimatedStartMs, batch } = replica
  const modelStatus = modelStatuses[replica.state]
  const walltimeS = deployments.find((deployment) => deployment.model === model && deployment.framework === framework)?.walltimeS
  return [
    {
      state,
      models: [model],
      framework,
      ...(handle !== undefined && { id: handle }),
      ...(batch !== undefined && { batchId: batch }),
      ...(modelStatus !== undefined && { modelStatus }),
      ...(nodes !== undefined && { host: nodes.join(','), nodes: nodes.length }),
      ...(walltimeS !== undefined && { walltime: clockTime(walltimeS) }),
      ...(reason !== undefined && { comment: reason }),
      ...(estimatedStartMs !== undefined && { estimatedStart: new Date(estimatedStartMs).toISOString() }),
    },
  ]
}
