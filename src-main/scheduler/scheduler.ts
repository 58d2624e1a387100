import { setTimeout as pause } from 'node:timers/promises'
import type { LaunchedDeployment } from '@shared/config/deployment'
import type { DeploymentWish } from '@shared/domain/deployment'
import type { Replica } from '@shared/domain/replica'
import { type ErrorCode, FirstError, toFirstError } from '@shared/errors'
import type { ManagedCluster } from '../clusters/managed-cluster'
import type { HostCapacity } from '../clusters/replica-host'
import type { Logger } from '../core/logger'
import { createClusterWatch, type ClusterWatch } from './cluster-watch'
import { createDemandBook } from './demand-book'
import { advance, wantsLog, type News } from './life'
import { plan } from './plan'
import { defaultPolicy, type Policy } from './policy'
import { createLeases, type ReplicaLease } from './leases'
import type { ReplicaTable } from './replica-table'
import { roomIn, roomOf } from './room'
import { fits } from './share'
import { learnStart } from './start-times'
import { deploymentKey, isActive, isLive, isOver, type DeploymentName, type StoredReplica } from './stored-replica'
import { takeObservation } from './take-observation'
import type { Action, Override } from './world'

export interface Scheduler {
  /** A live replica with room. @throws FirstError `model_loading` where one is coming, `model_failed` where none will, or why the cluster cannot be asked */
  acquire(name: DeploymentName): ReplicaLease
  replicas(): readonly Replica[]
  /** How long a start of this deployment usually takes; milliseconds. Absent: there was none. */
  usualStartMs(name: DeploymentName): number | undefined
  /** Why a cluster could not be asked the last time. */
  problem(cluster: string): FirstError | undefined
  capacity(cluster: string): HostCapacity | undefined
  /** What an admin wants; the newest word of a deployment holds. @throws FirstError `model_not_found` */
  want(name: DeploymentName, wish: DeploymentWish, by?: string): void
  /** What holds of those words. */
  wishOf(name: DeploymentName): Override | undefined
  /** Ends one replica now; another comes in its place where it is wanted. @throws FirstError `not_found` */
  end(id: string): Promise<void>
  setClusters(clusters: readonly ManagedCluster[]): void
  /** Calls back with the name of the cluster of which something changed. */
  onChange(listener: (cluster: string) => void): () => void
  logOf(id: string, signal: AbortSignal): Promise<string>
  /** Looks at every cluster that is not being looked at, and acts on what is seen there. */
  tick(): void
  /** The same, until all that it began has ended. */
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
  /** Whether the readiness check of an engine answers well. */
  readonly probe: (engine: { readonly baseUrl: string; readonly key: string; readonly deployment: LaunchedDeployment | undefined }) => Promise<boolean>
  /** Called when something is to be decided soon. */
  readonly onDemand?: () => void
  /** Requests that wait for a model now. */
  readonly waiting: (model: string) => number
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly logger: Logger
  readonly policy?: Policy
}

/** A cluster, with what it said last. */
interface Watched {
  managed: ManagedCluster
  readonly watch: ClusterWatch
  isLooking: boolean
}

/** Seconds for a replica to end by itself. */
const graceS = 20
/** A live replica is asked whether it is well this often; one that starts, in every round. Milliseconds. */
const liveProbeMs = 15_000
/** For what is being done when the app quits. */
const closeWaitMs = 10_000
/** What is said where a cluster was asked and nothing is known of the outcome: it may have been started all the same. */
const mayBeThere: ReadonlySet<string> = new Set(['upstream_unreachable', 'upstream_garbled', 'internal_error'] satisfies ErrorCode[])
const unknownDeployment = { startTimeoutMs: 3_600_000 }

/** Keeps what runs near what is wanted. The only one that starts and stops replicas and that writes their table. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { table, clock, logger, policy = defaultPolicy } = deps
  const bootedAtMs = clock()
  const stored = new Map(table.replicas().map((replica) => [replica.id, replica]))
  const startTimes = new Map(table.startTimes())
  const overrides = new Map(table.overrides().map((wish) => [deploymentKey(wish), wish]))
  const probedAtMs = new Map<string, number>()
  const busy = new Set<string>()
  const listeners = new Set<(cluster: string) => void>()
  /** What runs at the start has its whole idle time from then on: who used it is not known any more. */
  const adopted = new Set([...stored.values()].filter(isActive).map(deploymentKey))
  const demand = createDemandBook({ clock, waiting: (key) => deps.waiting(modelOf(key)), calmMs: policy.calmMs, askedMs: policy.askedMs, lastRequestMs: (key) => (adopted.has(key) ? bootedAtMs : undefined) })
  const leases = createLeases({
    demand,
    startTimes,
    policy,
    clock,
    keyOf: deps.keyOf,
    deploymentOf: (name) => deploymentOf(name),
    wishOf: (key) => overrides.get(key),
    obstacle: (name) => obstacleTo(name),
    replicasOf: (key) => [...stored.values()].filter((replica) => deploymentKey(replica) === key),
    onDemand: () => deps.onDemand?.(),
  })
  let clusters = new Map<string, Watched>()
  let isClosing = false
  let isClosed = false
  const ownOf = (cluster: string): StoredReplica[] => [...stored.values()].filter((replica) => replica.cluster === cluster)

  const deploymentOf = ({ cluster, model, framework }: DeploymentName): LaunchedDeployment | undefined =>
    clusters.get(cluster)?.managed.deployments.find((deployment) => deployment.model === model && deployment.framework === framework)
  const termsOf = (replica: StoredReplica): { readonly startTimeoutMs: number; readonly policy: Policy } => {
    const deployment = deploymentOf(replica)
    return { startTimeoutMs: deployment === undefined ? unknownDeployment.startTimeoutMs : deployment.ready.timeoutS * 1000, policy }
  }
  const obstacleTo = ({ cluster, ...name }: DeploymentName): FirstError | undefined => {
    const watched = clusters.get(cluster)
    const deployment = deploymentOf({ cluster, ...name })
    if (watched === undefined || deployment === undefined) return undefined
    const { managed: { maxNodes }, watch: { problem, capacity } } = watched
    if (problem !== undefined) return problem
    return fits(roomOf(deployment, { maxNodes, capacity }), roomIn({ maxNodes, capacity })) ? undefined : new FirstError('model_failed', `The cluster "${cluster}" has no room for the model "${name.model}", also when nothing else runs there.`, { action: 'See whether its nodes are up, and correct resources of the deployment in config.yaml.' })
  }
  const changed = (cluster: string): void => listeners.forEach((listener) => listener(cluster))

  /** Keeps a replica as it is now; what it went through is told. */
  const keep = (next: StoredReplica): void => {
    const before = stored.get(next.id)
    // News of a question that was asked before the end.
    if (before === next || isClosed) return
    stored.set(next.id, next)
    table.save(next)
    const { id, cluster, model, state, reason } = next
    const isAsBefore = before?.state === state && before.reason === reason
    if (!isAsBefore) logger[state === 'failed' ? 'warn' : 'info']({ replica: id, cluster, model, state, reason }, 'a replica changed')
    if (isLive(next) && before !== undefined && !isLive(before)) learn(next)
    // A failure is told of together with what was printed.
    if (isAsBefore ? before.logTail !== next.logTail : !wantsLog(next)) changed(cluster)
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
      onProblem: () => changed(managed.name),
      onAnswer: (observation) => {
        for (const replica of takeObservation(ownOf(managed.name), observation, termsOf)) keep(replica)
      },
    })
  const setClusters = (next: readonly ManagedCluster[]): void => {
    const before = clusters
    clusters = new Map(
      next.map((managed) => {
        const known = before.get(managed.name)
        if (known?.managed.host !== managed.host) return [managed.name, { managed, watch: watchOf(managed), isLooking: false }]
        known.managed = managed
        return [managed.name, known]
      }),
    )
    clusters.forEach((_, name) => changed(name))
  }

  const probe = async (replica: StoredReplica): Promise<void> => {
    const { id, baseUrl, state } = replica
    const atMs = clock()
    if (baseUrl === undefined || (state === 'live' && leases.suspectSinceMs(id) === undefined && atMs - (probedAtMs.get(id) ?? 0) < liveProbeMs)) return
    probedAtMs.set(id, atMs)
    const isReady = await deps.probe({ baseUrl, key: deps.keyOf(id), deployment: deploymentOf(replica) })
    if (isReady) leases.clear(id)
    tell(id, { kind: 'probed', atMs, baseUrl, isReady })
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
        tell(action.replica.id, { kind: 'drained', atMs: clock(), reason: action.reason })
        return
      case 'stop':
        return stop(action)
      case 'adopt':
        keep(action.replica)
        return
      case 'forget':
        stored.delete(action.replica.id)
        probedAtMs.delete(action.replica.id)
        leases.clear(action.replica.id)
        table.remove(action.replica.id)
        changed(action.replica.cluster)
        return
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
        tell(replica.id, { kind: 'refused', atMs: clock(), reason: error.message, isFinal: !mayBeThere.has(error.code) })
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

  const decide = ({ managed, watch }: Watched): Action[] => {
    const { name, deployments, maxNodes, isClosed } = managed
    return plan(
      {
        nowMs: clock(),
        bootedAtMs,
        clusters: [{ name, deployments, maxNodes, isClosed: isClosed?.(), observation: watch.observation, capacity: watch.capacity }],
        stored: [...stored.values()],
        demand: demand.read(deployments.map(({ model, framework }) => deploymentKey({ cluster: name, model, framework }))),
        inFlight: leases.inFlight,
        overrides: [...overrides.values()],
        startTimes,
        busy,
      },
      { newId: deps.newId, policy },
    )
  }

  /** When something last happened to a replica of which news is awaited; absent: none is. */
  const awaitedSinceMs = (replica: StoredReplica): number[] => {
    const suspectMs = leases.suspectSinceMs(replica.id) ?? replica.unreadySinceMs
    return isOver(replica) || (isLive(replica) && suspectMs === undefined) ? [] : [Math.max(replica.sinceMs, replica.askedAtMs ?? 0, suspectMs ?? 0)]
  }
  const isDue = ({ name, pace }: ManagedCluster, { askedAtMs }: ClusterWatch): boolean => {
    if (pace === undefined || askedAtMs === undefined) return true
    const nowMs = clock()
    const awaited = ownOf(name).flatMap(awaitedSinceMs)
    const everyMs = awaited.length === 0 ? pace.calmMs : Math.min(pace.busyMs, Math.max(pace.freshMs, (nowMs - Math.max(...awaited)) / 2))
    return nowMs - askedAtMs >= everyMs
  }
  const look = async ({ managed, watch }: Watched): Promise<void> => {
    if (isDue(managed, watch)) await watch.ask()
    await Promise.all(ownOf(managed.name).filter(({ state }) => state === 'starting' || state === 'live').map(probe))
    await Promise.all(ownOf(managed.name).filter(wantsLog).map(readLog))
  }
  const acting = new Set<Promise<unknown>>()
  // A replica that could not be kept (a full disk) is not started; the next round tries again.
  const act = async (cluster: Watched): Promise<void> => {
    if (isClosing) return
    const work = Promise.all(decide(cluster).map((action) => perform(action).catch((cause: unknown) => logger.error({ cause, action: action.kind }, 'the scheduler could not do what it decided'))))
    acting.add(work)
    await work.finally(() => acting.delete(work))
  }
  const lookAndAct = async (cluster: Watched): Promise<void> => {
    try {
      cluster.isLooking = true
      await look(cluster)
    } catch (cause) {
      logger.error({ cluster: cluster.managed.name, cause }, 'what a cluster said could not be kept')
    } finally {
      cluster.isLooking = false
    }
    await act(cluster)
  }
  /** One that hangs holds up nobody else, and what is being done in one does not keep it from being looked at. */
  const tick = (): void => {
    for (const cluster of clusters.values()) if (!cluster.isLooking) void lookAndAct(cluster)
  }

  setClusters(deps.clusters)
  return {
    acquire: leases.acquire,
    replicas: () => Array.from(stored.values(), (replica) => ({ ...replica, inFlight: leases.inFlight.get(replica.id) ?? 0 })),
    wishOf: (name) => overrides.get(deploymentKey(name)),
    usualStartMs(name) {
      const known = startTimes.get(deploymentKey(name))
      return known === undefined ? undefined : known.queueMs + known.loadMs
    },
    problem: (cluster) => clusters.get(cluster)?.watch.problem,
    capacity: (cluster) => clusters.get(cluster)?.watch.capacity,
    want({ cluster, model, framework }, wish, by) {
      const name = { cluster, model, framework }
      if (deploymentOf(name) === undefined) throw new FirstError('model_not_found', `No replicas of "${model}" are started on the cluster "${cluster}".`, { param: 'model' })
      if (wish.kind === 'auto') {
        table.removeOverride(name)
        overrides.delete(deploymentKey(name))
      } else {
        const override: Override = { ...name, kind: wish.kind, replicas: wish.kind === 'scale' ? wish.replicas : undefined, atMs: clock(), by }
        table.saveOverride(override)
        overrides.set(deploymentKey(name), override)
      }
      logger.info({ ...name, wish, by }, 'an admin wants something of a deployment')
      deps.onDemand?.()
      changed(cluster)
    },
    async end(id) {
      const replica = stored.get(id)
      if (replica === undefined || isOver(replica)) throw new FirstError('not_found', `There is no replica ${id} that runs or waits.`)
      const { cluster, handle } = replica
      const reason = 'An admin has cancelled it.'
      tell(id, { kind: 'drained', atMs: clock(), reason })
      if (handle !== undefined) await stop({ kind: 'stop', cluster, id, handle, reason, isAtOnce: true })
      deps.onDemand?.()
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
    tick,
    async round() {
      await Promise.all(Array.from(clusters.values(), lookAndAct))
    },
    async close() {
      isClosing = true
      // What is being started has to be known before it can be ended.
      await Promise.race([Promise.all(acting), pause(closeWaitMs, undefined, { ref: false })])
      const going = [...stored.values()].filter((replica) => !isOver(replica) && replica.handle !== undefined && deploymentOf(replica)?.keepRunning !== true)
      await Promise.all(going.map(({ cluster, id, handle }) => stop({ kind: 'stop', cluster, id, handle: handle ?? '', reason: 'The app was closed.', isAtOnce: true })))
      isClosed = true
      await Promise.all(Array.from(clusters.values(), ({ managed }) => managed.host.close()))
    },
  }
}

/** Of a `deploymentKey`: what follows the second slash. */
const modelOf = (key: string): string => key.split('/').slice(2).join('/')
