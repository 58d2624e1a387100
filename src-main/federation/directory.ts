import type { BatchEndpoint } from '@shared/domain/batch-report'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { FirstError } from '@shared/errors'
import type { BatchService } from '../batches/service/batch-service'
import type { ClusterAdapter, Deployment, Lease } from '../clusters/cluster-adapter'
import type { Logger } from '../core/logger'
import type { Aliases } from './aliases'
import { findCandidates, know, listModels, type Known, type Sees } from './candidates'
import { placeOfBatch, takesBatches } from './batch-place'
import { asUnknown, mergeSnapshot } from './merge-snapshot'
import { bySoonest, type Candidate } from './model-index'
import type { SnapshotStore } from './snapshot-store'

export type { Candidate, Lease }

/** What is known of every cluster, answered from memory: a dead cluster never holds anything up. */
export interface Directory {
  /**
   * Each model, and each alias, once, with the places that serve it, best first; narrowed to a cluster and a framework, without aliases.
   * @param sees of what the error speaks that says there is no such cluster or framework; what is listed is the caller's to narrow
   */
  models(cluster?: string, framework?: string, sees?: Sees): readonly (readonly Candidate[])[]
  /** In configured order; a cluster that was never asked is there with no models. */
  snapshots(): readonly ClusterSnapshot[]
  /**
   * Places for a model or an alias: live ones, then starting ones, then as configured; never empty.
   * @param batch that asks, where it is one: not every place takes it, and it may have replicas of its own
   * @throws FirstError `model_not_found`, `cluster_not_found`, `unsupported_framework`, `endpoint_not_found`, `upstream_unreachable`
   */
  candidates(model: string, cluster?: string, framework?: string, sees?: Sees, batch?: string): readonly Candidate[]
  /** What `acquire` would give, where that needs no waiting; @throws as it does. */
  leaseNow(deployment: Deployment): Lease | undefined
  /** What does a whole batch there, of a cluster that is there at the moment; undefined: its requests are sent one by one. */
  batchService(deployment: Deployment, endpoint: BatchEndpoint, key: string): BatchService | undefined
  /** Resolves when every cluster that nothing is known of yet has answered for the first time, or its time is up; absent when there is none. */
  firstAnswers(): Promise<void> | undefined
  /** A place to send one request to; @throws FirstError that says why there is none. */
  acquire(deployment: Deployment, signal: AbortSignal): Promise<Lease>
  /** Asks one cluster, or every one, now; resolves when each has answered or its time is up. */
  refresh(cluster?: string): Promise<readonly ClusterSnapshot[]>
  /** Calls back after a snapshot changed; returns how to stop that. */
  onChange(listener: () => void): () => void
  /** Takes the adapters of a changed configuration; those that are not in it any more end with their last request. */
  setAdapters(adapters: readonly ClusterAdapter[]): void
  setAliases(aliases: Aliases): void
  close(): Promise<void>
}

export interface DirectoryDeps {
  readonly adapters: readonly ClusterAdapter[]
  readonly store: SnapshotStore
  readonly logger: Logger
  readonly aliases?: Aliases
  /** Between two rounds of asking every cluster; default 15 s. */
  readonly refreshEveryMs?: number
  /** For one cluster to answer; default 5 s. */
  readonly askTimeoutMs?: number
  /** Calls back over and over; returns how to stop. */
  readonly every?: (ms: number, callback: () => void) => () => void
}

interface Entry {
  readonly adapter: ClusterAdapter
  snapshot: ClusterSnapshot
  asking?: Promise<void>
  /** Something changed while the cluster was being asked, so what it is answering may be old. */
  mayBeStale: boolean
  readonly unsubscribe: () => void
}

const realEvery = (ms: number, callback: () => void): (() => void) => {
  const timer = setInterval(callback, ms).unref()
  return () => clearInterval(timer)
}

/** Starts from the stored snapshots and asks every cluster at once, without waiting for any. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { store, logger, refreshEveryMs = 15_000, askTimeoutMs = 5_000, every = realEvery } = deps
  const listeners = new Set<() => void>()
  const stored = new Map(store.load().map((snapshot) => [snapshot.name, snapshot]))
  let entries = new Map<string, Entry>()
  let aliases = deps.aliases ?? {}
  let known: Known | undefined
  /** Of clusters that were removed while requests ran there. */
  const retiring = new Set<ClusterAdapter>()
  let isClosed = false

  const snapshots = (): ClusterSnapshot[] => Array.from(entries.values(), ({ snapshot }) => snapshot)
  const knownNow = (): Known => (known ??= know(snapshots(), aliases))
  const changed = (): void => {
    known = undefined
    for (const listener of listeners) listener()
  }

  const ask = async (entry: Entry): Promise<void> => {
    entry.mayBeStale = false
    const signal = AbortSignal.timeout(askTimeoutMs)
    const answer = await Promise.race([entry.adapter.describe(signal), giveUp(signal, entry.snapshot)]).catch((cause: unknown): ClusterSnapshot => {
      logger.error({ cluster: entry.adapter.name, cause }, 'a cluster could not be described')
      return { ...entry.snapshot, isReachable: false, problem: 'The cluster could not be asked; the log says why.' }
    })
    delete entry.asking
    if (isClosed || entries.get(entry.adapter.name) !== entry) return
    const merged = mergeSnapshot(entry.snapshot, answer)
    entry.snapshot = merged
    store.save(merged)
    changed()
    if (wasChanged(entry)) await begin(entry)
  }
  const begin = (entry: Entry): Promise<void> => (entry.asking ??= ask(entry))

  const createEntry = (adapter: ClusterAdapter, before: ClusterSnapshot | undefined): Entry => {
    const last = before ?? stored.get(adapter.name)
    const entry: Entry = {
      adapter,
      snapshot: last?.kind === adapter.kind ? asUnknown(last) : { name: adapter.name, kind: adapter.kind, isReachable: false, models: [], takenAtMs: 0 },
      mayBeStale: false,
      unsubscribe: adapter.onChange?.(() => {
        entry.mayBeStale = true
        void begin(entry)
      }) ?? (() => undefined),
    }
    return entry
  }

  const take = (adapters: readonly ClusterAdapter[]): Entry[] => {
    const before = entries
    entries = new Map(adapters.map((adapter) => {
      const kept = before.get(adapter.name)
      return [adapter.name, kept?.adapter === adapter ? kept : createEntry(adapter, kept?.snapshot)]
    }))
    const added = Array.from(entries.values()).filter((entry) => before.get(entry.adapter.name) !== entry)
    for (const entry of added) void begin(entry)
    return Array.from(before.values()).filter((entry) => entries.get(entry.adapter.name) !== entry)
  }

  const close = (adapter: ClusterAdapter, how: () => Promise<void>): Promise<void> =>
    how().catch((cause: unknown) => logger.error({ cluster: adapter.name, cause }, 'a cluster could not be closed'))

  const retire = async ({ adapter, unsubscribe }: Entry): Promise<void> => {
    unsubscribe()
    retiring.add(adapter)
    await close(adapter, () => adapter.retire?.() ?? adapter.close())
    retiring.delete(adapter)
  }

  const refresh = async (cluster?: string): Promise<readonly ClusterSnapshot[]> => {
    const asked = Array.from(entries.values()).filter(({ adapter }) => cluster === undefined || adapter.name === cluster)
    // Who asks for one cluster wants what is true now, not what an earlier question is about to bring.
    if (cluster !== undefined) for (const entry of asked) entry.mayBeStale = entry.asking !== undefined
    await Promise.all(asked.map(begin))
    return snapshots()
  }

  take(deps.adapters)
  const stop = every(refreshEveryMs, () => void refresh())

  return {
    models: (cluster, framework, sees) => listModels(knownNow(), cluster, framework, sees),
    snapshots,
    candidates(model, cluster, framework, sees, batch) {
      const known = knownNow()
      const places = findCandidates(known, { model, cluster, framework }, sees)
      if (batch === undefined) return places
      const taking = places.filter(takesBatches)
      if (taking.length === 0) throw new FirstError('endpoint_not_found', `The model "${model}" takes no batches here.`, { param: 'model', action: 'Use a model whose deployment takes batches.' })
      if (taking.every(({ info }) => info.batchReplica === undefined)) return taking
      return taking.map((place) => placeOfBatch(place, batch, known.snapshots)).sort(bySoonest)
    },
    leaseNow: (deployment) => entries.get(deployment.cluster)?.adapter.leaseNow?.(deployment),
    batchService: (deployment, endpoint, key) => entries.get(deployment.cluster)?.adapter.batchService?.(deployment, endpoint, key),
    firstAnswers() {
      const unknown = Array.from(entries.values()).flatMap(({ snapshot, asking }) => (snapshot.takenAtMs === 0 && snapshot.models.length === 0 && asking !== undefined ? [asking] : []))
      return unknown.length === 0 ? undefined : Promise.all(unknown).then(() => undefined)
    },
    async acquire(deployment, signal) {
      const entry = entries.get(deployment.cluster)
      if (entry === undefined) throw new FirstError('cluster_not_found', `The cluster "${deployment.cluster}" was removed.`)
      return entry.adapter.acquire(deployment, signal)
    },
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setAdapters(adapters) {
      const gone = take(adapters)
      for (const { adapter } of gone) if (!entries.has(adapter.name)) {
        stored.delete(adapter.name)
        store.remove(adapter.name)
      }
      changed()
      for (const entry of gone) void retire(entry)
    },
    setAliases(next) {
      aliases = next
      changed()
    },
    async close() {
      isClosed = true
      stop()
      for (const { unsubscribe } of entries.values()) unsubscribe()
      const open = [...Array.from(entries.values(), ({ adapter }) => adapter), ...retiring]
      await Promise.all(open.map((adapter) => close(adapter, () => adapter.close())))
    },
  }
}

const wasChanged = ({ mayBeStale }: Entry): boolean => mayBeStale

/** A cluster that does not keep to its time is not waited for. */
function giveUp(signal: AbortSignal, last: ClusterSnapshot): Promise<ClusterSnapshot> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ ...last, isReachable: false, problem: 'The cluster did not answer in time.' }), { once: true })
  })
}
