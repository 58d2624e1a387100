import type { LaunchedDeployment } from '@shared/config/deployment'
import type { DeploymentWish } from '@shared/domain/deployment'
import type { Replica } from '@shared/domain/replica'
import { FirstError } from '@shared/errors'
import type { ManagedCluster } from '../clusters/managed-cluster'
import type { HostCapacity } from '../clusters/replica-host'
import type { Logger } from '../core/logger'
import { createClusterWatch, type ClusterWatch } from './cluster-watch'
import { createBatchAsks } from './batch-asks'
import { endAll, type End } from './closing'
import { createDemandBook } from './demand-book'
import { wantsLog } from './life'
import { findOrphans, handleKey } from './orphans'
import { plan } from './plan'
import { defaultPolicy, type Policy } from './policy'
import { createErrands } from './errands'
import { everyMs } from './look-pace'
import { createLeases, type ReplicaLease } from './leases'
import { createReplicaBook } from './replica-book'
import type { ReplicaTable } from './replica-table'
import { roomIn, roomOf } from './room'
import { fits } from './share'
import { deploymentKey, isActive, isLive, isOver, type DeploymentName, type PoolName, type StoredReplica } from './stored-replica'
import { takeObservation } from './take-observation'
import type { Action, Override } from './world'

export interface Scheduler {
  /** A live replica with room. @throws FirstError `model_loading` where one is coming, `model_failed` where none will, or why the cluster cannot be asked */
  acquire(name: PoolName): ReplicaLease
  /** A batch is over: the replicas that it has for itself are let go. */
  release(batch: string): void
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
  /** Ends one replica now; another comes in its place where it is wanted. @throws FirstError `not_found`, and why its cluster did not end it: it is asked again, until it has */
  end(id: string): Promise<void>
  setClusters(clusters: readonly ManagedCluster[]): void
  /** Calls back with the name of the cluster of which something changed. */
  onChange(listener: (cluster: string) => void): () => void
  logOf(id: string, signal: AbortSignal): Promise<string>
  /** Looks at every cluster that is not being looked at, and acts on what is seen there. */
  tick(): void
  /** The same, until all that it began has ended. */
  round(): Promise<void>
  /** Ends all that is there, but what the next start adopts: replicas of deployments with `keepRunning` that do not drain. One that has a handle ends at once, one that is being started when it is known. */
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

const unknownDeployment = { startTimeoutMs: 3_600_000 }

/** Keeps what runs near what is wanted. The only one that starts and stops replicas and that writes their table. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { table, clock, logger, policy = defaultPolicy } = deps
  const bootedAtMs = clock()
  const book = createReplicaBook({ table, termsOf: (replica) => termsOf(replica), clock, logger })
  const { stored, startTimes, wishes } = book
  /** What runs at the start has its whole idle time from then on: who used it is not known any more. */
  const adopted = new Set([...stored.values()].filter((replica) => isActive(replica) && replica.batch === undefined).map(deploymentKey))
  const demand = createDemandBook({ clock, waiting: (key) => deps.waiting(modelOf(key)), calmMs: policy.calmMs, askedMs: policy.askedMs, lastRequestMs: (key) => (adopted.has(key) ? bootedAtMs : undefined) })
  const asks = createBatchAsks({ clock, askedMs: policy.askedMs })
  for (const { cluster, model, framework, batch, ...replica } of stored.values()) if (batch !== undefined && isActive(replica)) asks.adopted({ cluster, model, framework, batch })
  const leases = createLeases({
    demand,
    asks,
    startTimes,
    policy,
    clock,
    keyOf: deps.keyOf,
    deploymentOf: (name) => deploymentOf(name),
    wishOf: (key) => wishes.get(key),
    obstacle: (name) => obstacleTo(name),
    replicasOf: (key) => book.ofDeployment(key),
    onDemand: () => deps.onDemand?.(),
  })
  let clusters = new Map<string, Watched>()
  let isClosing = false
  const errands = createErrands({
    book,
    leases,
    hostOf: (cluster) => clusters.get(cluster)?.managed.host,
    deploymentOf: (name) => deploymentOf(name),
    keyOf: deps.keyOf,
    probe: deps.probe,
    clock,
    logger,
    policy,
  })

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

  const watchOf = (managed: ManagedCluster): ClusterWatch =>
    createClusterWatch({
      host: managed.host,
      clock,
      capacityMs: managed.pace?.capacityMs ?? 0,
      onProblem: () => book.changed(managed.name),
      onAnswer: (observation) => {
        for (const replica of takeObservation(book.ofCluster(managed.name), observation, termsOf)) book.note(replica)
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
    clusters.forEach((_, name) => book.changed(name))
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
        batches: asks.read(name),
        inFlight: leases.inFlight,
        overrides: [...wishes.values()],
        startTimes,
        busy: errands.busy,
        stopsAsked: errands.stopsAsked,
      },
      { newId: deps.newId, policy },
    )
  }

  /** When something last happened to a replica of which news is awaited; absent: none is. */
  const awaitedSinceMs = (replica: StoredReplica): number[] => {
    const suspectMs = leases.suspectSinceMs(replica.id) ?? replica.unreadySinceMs
    return isOver(replica) || (isLive(replica) && suspectMs === undefined) ? [] : [Math.max(replica.sinceMs, replica.askedAtMs ?? 0, suspectMs ?? 0)]
  }
  const isDue = ({ name, pace }: ManagedCluster, { askedAtMs, observation }: ClusterWatch): boolean => {
    if (pace === undefined || askedAtMs === undefined) return true
    const nowMs = clock()
    const awaited = [...book.ofCluster(name).flatMap(awaitedSinceMs), ...findOrphans({ observation }, stored).map(({ seen }) => errands.stopsAsked.get(handleKey(name, seen.handle)) ?? 0)]
    return nowMs - askedAtMs >= everyMs(pace, awaited.length === 0 ? undefined : nowMs - Math.max(...awaited))
  }
  const look = async ({ managed, watch }: Watched): Promise<void> => {
    if (isDue(managed, watch)) await watch.ask()
    await Promise.all(book.ofCluster(managed.name).filter(({ state }) => state === 'starting' || state === 'live').map((replica) => errands.probe(replica)))
    await Promise.all(book.ofCluster(managed.name).filter(wantsLog).map((replica) => errands.readLog(replica)))
  }
  // A replica that could not be kept (a full disk) is not started; the next round tries again.
  const act = async (cluster: Watched): Promise<void> => {
    if (isClosing) return
    await Promise.all(decide(cluster).map((action) => errands.perform(action).catch((cause: unknown) => logger.error({ cause, action: action.kind }, 'the scheduler could not do what it decided'))))
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
    book.saveRest()
    for (const cluster of clusters.values()) if (!cluster.isLooking) void lookAndAct(cluster)
  }

  const closingReason = 'The app was closed.'
  const endAtClose = async (id: string): Promise<void> => {
    // What is being started has to be known before it can be ended.
    await errands.settled(id)
    const replica = stored.get(id)
    if (replica === undefined || isOver(replica) || (replica.state !== 'draining' && deploymentOf(replica)?.keepRunning === true)) return
    const handle = replica.handle ?? (await errands.find(replica))
    if (handle !== undefined) await errands.stop({ kind: 'stop', cluster: replica.cluster, id, handle, reason: closingReason, isAtOnce: true })
  }
  const orphansAtClose = ({ managed: { name: cluster }, watch }: Watched): End[] =>
    findOrphans(watch, stored).flatMap(({ seen: { id, handle, deployment }, stored: row }) => {
      if (row === undefined && deployment !== undefined && deploymentOf({ cluster, ...deployment })?.keepRunning === true) return []
      return [{ cluster, id, handle, run: () => errands.stop({ kind: 'stop', cluster, id, handle, reason: closingReason, isAtOnce: true }) }]
    })

  setClusters(deps.clusters)
  return {
    acquire: leases.acquire,
    release(batch) {
      asks.release(batch)
      deps.onDemand?.()
    },
    replicas: () => Array.from(stored.values(), (replica) => ({ ...replica, inFlight: leases.inFlight.get(replica.id) ?? 0 })),
    wishOf: (name) => wishes.get(deploymentKey(name)),
    usualStartMs(name) {
      const known = startTimes.get(deploymentKey(name))
      return known === undefined ? undefined : known.queueMs + known.loadMs
    },
    problem: (cluster) => clusters.get(cluster)?.watch.problem,
    capacity: (cluster) => clusters.get(cluster)?.watch.capacity,
    want(name, wish, by) {
      if (deploymentOf(name) === undefined) throw new FirstError('model_not_found', `No replicas of "${name.model}" are started on the cluster "${name.cluster}".`, { param: 'model' })
      book.want(name, wish, by)
      deps.onDemand?.()
    },
    async end(id) {
      const replica = stored.get(id)
      if (replica === undefined || isOver(replica)) throw new FirstError('not_found', `There is no replica ${id} that runs or waits.`)
      const { cluster, handle } = replica
      const reason = 'An admin has cancelled it.'
      book.tell(id, { kind: 'drained', atMs: clock(), reason })
      try {
        if (handle !== undefined) await errands.stop({ kind: 'stop', cluster, id, handle, reason, isAtOnce: true })
      } finally {
        deps.onDemand?.()
      }
    },
    setClusters,
    onChange: (listener) => book.onChange(listener),
    async logOf(id, signal) {
      const replica = stored.get(id)
      const host = replica === undefined ? undefined : clusters.get(replica.cluster)?.managed.host
      if (host === undefined) throw new FirstError('not_found', `There is no replica ${id}.`)
      return host.logTail(id, signal)
    },
    tick,
    async round() {
      book.saveRest()
      await Promise.all(Array.from(clusters.values(), lookAndAct))
    },
    async close() {
      isClosing = true
      const there = [...stored.values()].filter((replica) => !isOver(replica)).map(({ cluster, id, handle }) => ({ cluster, id, handle, run: () => endAtClose(id) }))
      await endAll([...there, ...Array.from(clusters.values(), orphansAtClose).flat()], logger)
      book.close()
      await Promise.all(Array.from(clusters.values(), ({ managed }) => managed.host.close()))
    },
  }
}

/** Of a `deploymentKey`: what follows the second slash. */
const modelOf = (key: string): string => key.split('/').slice(2).join('/')
