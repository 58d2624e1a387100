import type { LaunchedDeployment } from '@shared/config/deployment'
import type { ClusterKind, ClusterSnapshot } from '@shared/domain/cluster'
import type { Job } from '@shared/domain/job'
import type { ModelInfo, ModelStatus, Operation } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import type { ClusterAdapter } from '../cluster-adapter'
import type { ReplicaPool } from '../replica-pool'

export interface ScheduledOptions {
  readonly name: string
  readonly kind: ClusterKind
  readonly deployments: readonly LaunchedDeployment[]
  /** Whether replicas are jobs of a workload manager, to be listed as such. */
  readonly hasJobs: boolean
}

/** What an engine of a framework serves where the deployment does not say. */
const operationsOf: Readonly<Record<LaunchedDeployment['framework'], Operation[]>> = {
  vllm: ['chat_completions', 'completions', 'embeddings'],
  infinity: ['embeddings'],
  api: ['chat_completions', 'completions', 'embeddings'],
  llama: ['chat_completions'],
}

/** The furthest that any replica of a deployment has come says how the model is. */
const progress: readonly (readonly [Replica['state'], ModelStatus])[] = [['live', 'live'], ['starting', 'starting'], ['queued', 'queued'], ['requested', 'queued']]

/** A cluster whose replicas the scheduler starts and stops: models of this machine's processes, or of jobs. */
export function createScheduledAdapter({ name, kind, deployments, hasJobs }: ScheduledOptions, { pool, now }: { readonly pool: ReplicaPool; readonly now: () => number }): ClusterAdapter {
  const own = (): readonly Replica[] => pool.replicas().filter(({ cluster }) => cluster === name)
  return {
    kind,
    name,
    describe() {
      const replicas = own()
      const problem = pool.problem(name)
      return Promise.resolve<ClusterSnapshot>({
        name,
        kind,
        isReachable: problem === undefined,
        ...(problem !== undefined && { problem: `${problem.message} ${problem.kind.action}` }),
        models: deployments.map((deployment) => modelOf(name, deployment, replicas)),
        ...(hasJobs && { jobs: replicas.flatMap(jobOf) }),
        takenAtMs: now(),
      })
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- what the pool throws is a rejection
    async acquire({ model, framework }, signal) {
      signal.throwIfAborted()
      const { baseUrl, key, release } = pool.acquire({ cluster: name, model, framework })
      return { baseUrl, headers: { authorization: `Bearer ${key}` }, model, release }
    },
    onChange: (listener) => pool.onChange(listener),
    close: () => Promise.resolve(),
  }
}

function modelOf(cluster: string, deployment: LaunchedDeployment, replicas: readonly Replica[]): ModelInfo {
  const { model, framework, contextTokens, capabilities, operations = operationsOf[framework], requestsPerReplica } = deployment
  const own = replicas.filter((replica) => replica.model === model && replica.framework === framework)
  const [state, status] = progress.find(([reached]) => own.some((replica) => replica.state === reached)) ?? [undefined, undefined]
  const telling = own.filter((replica) => replica.state === (state ?? 'failed')).sort((a, b) => b.sinceMs - a.sinceMs)[0]
  const live = own.filter((replica) => replica.state === 'live').length
  return {
    id: model,
    cluster,
    framework,
    status: status ?? (isFailed(own) ? 'failed' : 'offline'),
    operations: [...operations],
    ...(telling?.reason !== undefined && { reason: telling.reason }),
    ...(telling !== undefined && { sinceMs: telling.sinceMs }),
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

function jobOf(replica: Replica): Job[] {
  const state = jobStates[replica.state]
  if (state === undefined) return []
  const { handle, model, framework, nodes, reason, estimatedStartMs } = replica
  return [
    {
      state,
      models: [model],
      framework,
      ...(handle !== undefined && { id: handle }),
      ...(state === 'running' && { modelStatus: replica.state === 'live' ? 'running' : 'starting' }),
      ...(nodes !== undefined && { host: nodes.join(','), nodes: nodes.length }),
      ...(reason !== undefined && { comment: reason }),
      ...(estimatedStartMs !== undefined && { estimatedStart: new Date(estimatedStartMs).toISOString() }),
    },
  ]
}
