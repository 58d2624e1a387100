import type { LaunchedDeployment } from '@shared/config/deployment'
import { toFirstError, type ErrorCode } from '@shared/errors'
import type { ReplicaHost } from '../clusters/replica-host'
import type { Logger } from '../core/logger'
import type { Leases } from './leases'
import { handleKey } from './orphans'
import type { Policy } from './policy'
import type { ReplicaBook } from './replica-book'
import type { DeploymentName, StoredReplica } from './stored-replica'
import type { Action } from './world'

export type Stop = Extract<Action, { kind: 'stop' }>

/** What is asked of clusters and engines about single replicas; what comes of it goes into the book. */
export interface Errands {
  /** Ids of replicas with a start or stop under way. */
  readonly busy: ReadonlySet<string>
  /** When a cluster was asked last to end something, by `handleKey`; those of the last `askAgainMs`. */
  readonly stopsAsked: ReadonlyMap<string, number>
  perform(action: Action): Promise<void>
  /** @throws FirstError when its cluster did not take it; it is asked again where the replica drains */
  stop(stop: Stop): Promise<void>
  /** Resolves when no start of it is under way. */
  settled(id: string): Promise<void>
  /** What its cluster calls one whose start had no answer; undefined: it is not there. @throws FirstError when the cluster cannot be asked */
  find(replica: StoredReplica): Promise<string | undefined>
  /** Asks an engine whether it is ready; a live one now and then. */
  probe(replica: StoredReplica): Promise<void>
  /** Keeps what a failed one printed. */
  readLog(replica: StoredReplica): Promise<void>
}

interface ErrandsDeps {
  readonly book: ReplicaBook
  readonly leases: Leases
  readonly hostOf: (cluster: string) => ReplicaHost | undefined
  readonly deploymentOf: (name: DeploymentName) => LaunchedDeployment | undefined
  readonly keyOf: (id: string) => string
  readonly probe: (engine: { readonly baseUrl: string; readonly key: string; readonly deployment: LaunchedDeployment | undefined }) => Promise<boolean>
  readonly clock: () => number
  readonly logger: Logger
  readonly policy: Policy
}

/** Seconds for a replica to end by itself. */
const graceS = 20
/** A live replica is asked whether it is well this often; one that starts, in every round. Milliseconds. */
const liveProbeMs = 15_000
/** Milliseconds for a cluster to start or end one. */
const askTimeoutMs = 60_000
const logTimeoutMs = 10_000
/** What is said where a cluster was asked and nothing is known of the outcome: it may have been started all the same. */
const mayBeThere: ReadonlySet<string> = new Set(['upstream_unreachable', 'upstream_garbled', 'internal_error'] satisfies ErrorCode[])

export function createErrands({ book, leases, hostOf, deploymentOf, keyOf, probe, clock, logger, policy }: ErrandsDeps): Errands {
  const probedAtMs = new Map<string, number>()
  const busy = new Set<string>()
  const starting = new Map<string, Promise<void>>()
  const stopsAsked = new Map<string, number>()
  const noteStop = (cluster: string, handle: string): void => {
    for (const [key, atMs] of stopsAsked) if (clock() - atMs >= policy.askAgainMs) stopsAsked.delete(key)
    stopsAsked.set(handleKey(cluster, handle), clock())
  }
  const whileBusy = async (id: string, work: () => Promise<void>): Promise<void> => {
    busy.add(id)
    try {
      await work()
    } finally {
      busy.delete(id)
    }
  }

  const begin = (replica: StoredReplica): Promise<void> =>
    whileBusy(replica.id, async () => {
      const host = hostOf(replica.cluster)
      const deployment = deploymentOf(replica)
      if (host === undefined || deployment === undefined) return
      try {
        book.keep(replica)
        const handle = await host.start({ id: replica.id, deployment, key: keyOf(replica.id) }, AbortSignal.timeout(askTimeoutMs))
        book.tell(replica.id, { kind: 'started', atMs: clock(), handle })
      } catch (cause) {
        const error = toFirstError(cause)
        logger.warn({ replica: replica.id, cause: error.cause ?? error.message }, 'a replica could not be started')
        book.tell(replica.id, { kind: 'refused', atMs: clock(), reason: error.message, isFinal: !mayBeThere.has(error.code) })
      }
    })
  const start = (replica: StoredReplica): Promise<void> => {
    const begun = begin(replica).finally(() => starting.delete(replica.id))
    starting.set(replica.id, begun.catch(() => undefined))
    return begun
  }
  const stop = ({ cluster, id, handle, reason, isAtOnce }: Stop): Promise<void> =>
    whileBusy(id, async () => {
      const host = hostOf(cluster)
      if (host === undefined) return
      noteStop(cluster, handle)
      const own = book.stored.get(id)?.handle ?? handle
      // Another process or job with its id says nothing of it.
      if (own === handle) {
        book.tell(id, { kind: 'drained', atMs: clock(), reason })
        book.tell(id, { kind: 'stopAsked', atMs: clock() })
      }
      await host.stop(handle, { graceS: isAtOnce ? 0 : graceS }, AbortSignal.timeout(askTimeoutMs))
    })

  return {
    busy,
    stopsAsked,
    stop,
    settled: (id) => starting.get(id) ?? Promise.resolve(),
    async find({ id, cluster }) {
      const seen = await hostOf(cluster)?.observe(AbortSignal.timeout(askTimeoutMs))
      return seen?.find((one) => one.id === id && one.state !== 'ended')?.handle
    },
    async perform(action) {
      switch (action.kind) {
        case 'start':
          return start(action.replica)
        case 'drain':
          book.tell(action.replica.id, { kind: 'drained', atMs: clock(), reason: action.reason })
          return
        case 'stop':
          return stop(action).catch((cause: unknown) => logger.warn({ replica: action.id, handle: action.handle, cause }, 'a replica could not be stopped'))
        case 'adopt':
          book.note(action.replica)
          return
        case 'forget':
          probedAtMs.delete(action.replica.id)
          leases.clear(action.replica.id)
          book.forget(action.replica)
          return
      }
    },
    async probe(replica) {
      const { id, baseUrl, state } = replica
      const atMs = clock()
      if (baseUrl === undefined || (state === 'live' && leases.suspectSinceMs(id) === undefined && atMs - (probedAtMs.get(id) ?? 0) < liveProbeMs)) return
      probedAtMs.set(id, atMs)
      const isReady = await probe({ baseUrl, key: keyOf(id), deployment: deploymentOf(replica) })
      if (isReady) leases.clear(id)
      book.tell(id, { kind: 'probed', atMs, baseUrl, isReady })
    },
    async readLog({ id, cluster }) {
      const logTail = await hostOf(cluster)?.logTail(id, AbortSignal.timeout(logTimeoutMs)).catch(() => '')
      if (logTail !== undefined) book.tell(id, { kind: 'printed', logTail })
    },
  }
}
