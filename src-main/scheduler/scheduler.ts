import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Replica } from '@shared/domain/replica'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import { createClusterWatch, type ClusterWatch } from './cluster-watch'
import { createDemandBook } from './demand-book'
import { advance, wantsLog, type News } from './life'
import type { ManagedCluster } from './managed-cluster'
import { plan } from './plan'
import { defaultPolicy, type Policy } from './policy'
import type { ReplicaTable } from './replica-table'
import { expectedStartMs, learnStart } from './start-times'
import { deploymentKey, isActive, isLive, isOver, type DeploymentName, type StoredReplica } from './stored-replica'
import { takeObservation } from './take-observation'
import type { Action, Override } from './world'

/** A live replica to send one request to. */
export interface ReplicaLease {
  readonly baseUrl: string
  readonly key: string
  readonly release: () => void
}

export interface Scheduler {
  /** A live replica with room. @throws FirstError `model_loading` where one is coming, `model_failed` where none will */
  acquire(name: DeploymentName): ReplicaLease
  replicas(): readonly Replica[]
  /** How long a start of this deployment takes, as far as is known; milliseconds. */
  expectedStartMs(name: DeploymentName): number
  /** Why a cluster could not be asked the last time. */
  problem(cluster: string): FirstError | undefined
  /** What an admin wants; the newest word of a deployment holds. */
  override(wish: Omit<Override, 'atMs'>): void
  setClusters(clusters: readonly ManagedCluster[]): void
  onChange(listener: () => void): () => void
  logOf(id: string, signal: AbortSignal): Promise<string>
  /** One round: asks, judges, acts. Resolves when what it began has ended; for tests and for the loop. */
  round(): Promise<void>
  /** Ends every replica but those of deployments with `keepRunning`. */
  close(): Promise<void>
}

export interface SchedulerDeps {
  readonly clusters: readonly ManagedCluster[]
  readonly table: ReplicaTable
  readonly newId: () => string
  /** The engine's key of a replica, the same at every start of the app. */
  readonly keyOf: (id: string) => string
  /** Whether the readiness check answers well. */
  readonly probe: (url: string, key: string) => Promise<boolean>
  /** Requests that wait for a model now. */
  readonly waiting: (model: string) => number
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly logger: Logger
  readonly policy?: Policy
}

/** Seconds for a replica to end by itself. */
const graceS = 20
/** A live replica is asked whether it is well this often; one that starts, in every round. Milliseconds. */
const liveProbeMs = 15_000
const unknownDeployment = { startTimeoutMs: 3_600_000 }

/** Keeps what runs near what is wanted. The only one that starts and stops replicas and that writes their table. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { table, clock, logger, policy = defaultPolicy } = deps
  const bootedAtMs = clock()
  const stored = new Map(table.replicas().map((replica) => [replica.id, replica]))
  const startTimes = new Map(table.startTimes())
  const overrides = new Map(table.overrides().map((wish) => [deploymentKey(wish), wish]))
  const inFlight = new Map<string, number>()
  const probedAtMs = new Map<string, number>()
  const busy = new Set<string>()
  const listeners = new Set<() => void>()
  /** What runs at the start has its whole idle time from then on: who used it is not known any more. */
  const adopted = new Set([...stored.values()].filter(isActive).map(deploymentKey))
  const demand = createDemandBook({ clock, waiting: (key) => deps.waiting(modelOf(key)), calmMs: policy.calmMs, lastRequestMs: (key) => (adopted.has(key) ? bootedAtMs : undefined) })
  let clusters = new Map<string, { readonly managed: ManagedCluster; readonly watch: ClusterWatch }>()

  const deploymentOf = ({ cluster, model, framework }: DeploymentName): LaunchedDeployment | undefined =>
    clusters.get(cluster)?.managed.deployments.find((deployment) => deployment.model === model && deployment.framework === framework)
  const termsOf = (replica: StoredReplica): { readonly startTimeoutMs: number; readonly policy: Policy } => {
    const deployment = deploymentOf(replica)
    return { startTimeoutMs: deployment === undefined ? unknownDeployment.startTimeoutMs : deployment.ready.timeoutS * 1000, policy }
  }
  const changed = (): void => listeners.forEach((listener) => listener())

  /** Keeps a replica as it is now; what it went through is told. */
  const keep = (next: StoredReplica): void => {
    const before = stored.get(next.id)
    if (before === next) return
    stored.set(next.id, next)
    table.save(next)
    if (before?.state === next.state && before.reason === next.reason) return
    const { id, cluster, model, state, reason } = next
    logger[state === 'failed' ? 'warn' : 'info']({ replica: id, cluster, model, state, reason }, 'a replica changed')
    if (isLive(next) && before !== undefined && !isLive(before)) learn(next)
    changed()
  }
  const learn = (replica: StoredReplica): void => {
    const key = deploymentKey(replica)
    const learned = learnStart(startTimes.get(key), replica)
    if (learned === undefined) return
    startTimes.set(key, learned)
    table.saveStartTimes(key, learned)
  }
  const tell = (id: string, news: News): void => {
    const replica = stored.get(id)
    if (replica !== undefined) keep(advance(replica, news, termsOf(replica)))
  }

  const watchOf = (managed: ManagedCluster): ClusterWatch =>
    createClusterWatch({
      host: managed.host,
      clock,
      onAnswer: (observation) => {
        const own = [...stored.values()].filter(({ cluster }) => cluster === managed.name)
        for (const replica of takeObservation(own, observation, termsOf)) keep(replica)
      },
    })
  const setClusters = (next: readonly ManagedCluster[]): void => {
    const before = clusters
    clusters = new Map(
      next.map((managed) => {
        const known = before.get(managed.name)
        return [managed.name, { managed, watch: known?.managed.host === managed.host ? known.watch : watchOf(managed) }]
      }),
    )
    changed()
  }

  const probe = async (replica: StoredReplica): Promise<void> => {
    const { id, baseUrl, state } = replica
    const atMs = clock()
    if (baseUrl === undefined || (state === 'live' && atMs - (probedAtMs.get(id) ?? 0) < liveProbeMs)) return
    probedAtMs.set(id, atMs)
    const path = deploymentOf(replica)?.ready.path ?? '/health'
    tell(id, { kind: 'probed', atMs, baseUrl, isReady: await deps.probe(`${new URL(baseUrl).origin}${path}`, deps.keyOf(id)) })
  }

  const readLog = async ({ id, cluster }: StoredReplica): Promise<void> => {
    const host = clusters.get(cluster)?.managed.host
    if (host === undefined) return
    const logTail = await host.logTail(id, AbortSignal.timeout(10_000)).catch(() => '')
    tell(id, { kind: 'printed', logTail })
  }

  const perform = async (action: Action): Promise<void> => {
    switch (action.kind) {
      case 'start':
        keep(action.replica)
        return start(action.replica)
      case 'drain':
        { tell(action.replica.id, { kind: 'drained', atMs: clock(), reason: action.reason }); return; }
      case 'stop':
        return stop(action)
      case 'adopt':
        { keep(action.replica); return; }
      case 'forget':
        stored.delete(action.replica.id)
        table.remove(action.replica.id)
        { changed(); return; }
    }
  }
  const start = (replica: StoredReplica): Promise<void> =>
    whileBusy(replica.id, async () => {
      const host = clusters.get(replica.cluster)?.managed.host
      const deployment = deploymentOf(replica)
      if (host === undefined || deployment === undefined) return
      try {
        const handle = await host.start({ id: replica.id, deployment, key: deps.keyOf(replica.id) }, AbortSignal.timeout(60_000))
        tell(replica.id, { kind: 'started', atMs: clock(), handle })
      } catch (cause) {
        const error = toFirstError(cause)
        logger.warn({ replica: replica.id, cause: error.cause ?? error.message }, 'a replica could not be started')
        // Where its cluster could not be asked, it may have been started all the same.
        tell(replica.id, { kind: 'refused', atMs: clock(), reason: error.message, isFinal: error.kind.retry === 'never' })
      }
    })
  const stop = ({ cluster, id, handle, reason, isAtOnce }: Extract<Action, { kind: 'stop' }>): Promise<void> =>
    whileBusy(id, async () => {
      const host = clusters.get(cluster)?.managed.host
      if (host === undefined) return
      tell(id, { kind: 'drained', atMs: clock(), reason })
      tell(id, { kind: 'stopAsked', atMs: clock() })
      await host.stop(handle, { graceS: isAtOnce ? 0 : graceS }, AbortSignal.timeout(60_000)).catch((cause: unknown) => logger.warn({ replica: id, cause }, 'a replica could not be stopped'))
    })
  const whileBusy = async (id: string, work: () => Promise<void>): Promise<void> => {
    busy.add(id)
    try {
      await work()
    } finally {
      busy.delete(id)
    }
  }

  const decide = (): Action[] =>
    plan(
      {
        nowMs: clock(),
        bootedAtMs,
        clusters: Array.from(clusters.values(), ({ managed: { name, deployments, maxNodes, maintenance }, watch }) => ({ name, deployments, maxNodes, maintenance, observation: watch.observation, capacity: watch.capacity })),
        stored: [...stored.values()],
        demand: demand.read(Array.from(clusters.values()).flatMap(({ managed }) => managed.deployments.map(({ model, framework }) => deploymentKey({ cluster: managed.name, model, framework })))),
        inFlight,
        overrides: [...overrides.values()],
        startTimes,
        busy,
      },
      { newId: deps.newId, policy },
    )

  const round = async (): Promise<void> => {
    await Promise.all(Array.from(clusters.values(), ({ watch }) => watch.ask()))
    await Promise.all([...stored.values()].filter(({ state }) => state === 'starting' || state === 'live').map(probe))
    await Promise.all([...stored.values()].filter(wantsLog).map(readLog))
    // A replica that could not be kept (a full disk) is not started; the next round tries again.
    await Promise.all(decide().map((action) => perform(action).catch((cause: unknown) => logger.error({ cause, action: action.kind }, 'the scheduler could not do what it decided'))))
  }

  const acquire = (name: DeploymentName): ReplicaLease => {
    const key = deploymentKey(name)
    const deployment = deploymentOf(name)
    if (deployment === undefined) throw new FirstError('model_not_found', `The cluster "${name.cluster}" does not serve the model "${name.model}" any more.`, { param: 'model' })
    const own = [...stored.values()].filter((replica) => deploymentKey(replica) === key)
    const open = own.filter((replica) => isLive(replica) && (inFlight.get(replica.id) ?? 0) < deployment.requestsPerReplica)
    const [best] = open.sort((a, b) => (inFlight.get(a.id) ?? 0) - (inFlight.get(b.id) ?? 0))
    if (best?.baseUrl === undefined) {
      demand.missed(key)
      throw noPlace(name, own)
    }
    const { id, baseUrl } = best
    inFlight.set(id, (inFlight.get(id) ?? 0) + 1)
    demand.began(key)
    let isHeld = true
    return {
      baseUrl,
      key: deps.keyOf(id),
      release() {
        if (!isHeld) return
        isHeld = false
        const left = (inFlight.get(id) ?? 1) - 1
        if (left === 0) inFlight.delete(id)
        else inFlight.set(id, left)
        demand.ended(key)
      },
    }
  }

  const noPlace = (name: DeploymentName, own: readonly StoredReplica[]): FirstError => {
    const active = own.filter(isActive)
    const last = own.filter(({ state }) => state === 'failed').sort((a, b) => b.sinceMs - a.sinceMs)[0]
    if (active.length === 0 && last !== undefined && clock() - last.sinceMs < policy.backoffMs)
      return new FirstError('model_failed', `The model "${name.model}" did not start on the cluster "${name.cluster}": ${last.reason ?? 'it ended by itself.'}`, { info: { log: last.logTail ?? '' } })
    if (active.some(isLive)) return new FirstError('model_loading', `Every replica of "${name.model}" has as many requests as it takes.`, { retryAfterS: 1 })
    const first = active.map(({ requestedAtMs }) => requestedAtMs).sort((a, b) => a - b)[0]
    const leftMs = expectedStartMs(startTimes.get(deploymentKey(name)), policy) - (first === undefined ? 0 : clock() - first)
    return new FirstError('model_loading', `The model "${name.model}" is starting on the cluster "${name.cluster}".`, { retryAfterS: Math.min(30, Math.max(1, Math.ceil(leftMs / 1000))) })
  }

  setClusters(deps.clusters)
  return {
    acquire,
    replicas: () => Array.from(stored.values(), (replica) => ({ ...replica, inFlight: inFlight.get(replica.id) ?? 0 })),
    expectedStartMs: (name) => expectedStartMs(startTimes.get(deploymentKey(name)), policy),
    problem: (cluster) => clusters.get(cluster)?.watch.problem,
    override(wish) {
      const full = { ...wish, atMs: clock() }
      overrides.set(deploymentKey(wish), full)
      table.saveOverride(full)
      changed()
    },
    setClusters,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async logOf(id, signal) {
      const replica = stored.get(id)
      const host = replica === undefined ? undefined : clusters.get(replica.cluster)?.managed.host
      if (host === undefined) throw new FirstError('not_found', `There is no replica ${id}.`)
      return host.logTail(id, signal)
    },
    round,
    async close() {
      const going = [...stored.values()].filter((replica) => !isOver(replica) && replica.handle !== undefined && deploymentOf(replica)?.keepRunning !== true)
      await Promise.all(going.map(({ cluster, id, handle }) => stop({ kind: 'stop', cluster, id, handle: handle ?? '', reason: 'The app was closed.', isAtOnce: true })))
      await Promise.all(Array.from(clusters.values(), ({ managed }) => managed.host.close()))
    },
  }
}

/** Of a `deploymentKey`: what follows the second slash. */
const modelOf = (key: string): string => key.split('/').slice(2).join('/')
