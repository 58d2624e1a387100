import type { DeploymentWish } from '@shared/domain/deployment'
import type { Logger } from '../core/logger'
import { advance, wantsLog, type LifeTerms, type News } from './life'
import type { ReplicaTable } from './replica-table'
import { learnStart, type StartTimes } from './start-times'
import { deploymentKey, isLive, type DeploymentName, type StoredReplica } from './stored-replica'
import type { Override } from './world'

/** What is known of replicas, of how long starts take and of what admins want: in memory, and in the table. */
export interface ReplicaBook {
  /** By id. */
  readonly stored: ReadonlyMap<string, StoredReplica>
  /** By `deploymentKey`. */
  readonly startTimes: ReadonlyMap<string, StartTimes>
  /** By `deploymentKey`. */
  readonly wishes: ReadonlyMap<string, Override>
  ofCluster(name: string): StoredReplica[]
  /** By `deploymentKey`; every request to a replica asks. */
  ofDeployment(key: string): readonly StoredReplica[]
  /** Keeps one that is to be started: what cannot be kept must not be. @throws FirstError `disk_full` */
  keep(replica: StoredReplica): void
  /** Keeps one that is there as it is now; what a full disk does not take is kept later. */
  note(replica: StoredReplica): void
  /** Notes what was learned of a replica, where it is known. */
  tell(id: string, news: News): void
  /** Tries again to keep what could not be kept. */
  saveRest(): void
  forget(replica: StoredReplica): void
  /** The newest word holds. */
  want(name: DeploymentName, wish: DeploymentWish, by: string | undefined): void
  /** Calls back with the name of the cluster of which something changed. */
  onChange(listener: (cluster: string) => void): () => void
  changed(cluster: string): void
  /** What comes from here on is of questions that were asked before the end. */
  close(): void
}

interface ReplicaBookDeps {
  readonly table: ReplicaTable
  readonly termsOf: (replica: StoredReplica) => LifeTerms
  readonly clock: () => number
  readonly logger: Logger
}

/** The only writer of the table. */
export function createReplicaBook({ table, termsOf, clock, logger }: ReplicaBookDeps): ReplicaBook {
  const stored = new Map(table.replicas().map((replica) => [replica.id, replica]))
  const startTimes = new Map(table.startTimes())
  const byDeployment = new Map<string, StoredReplica[]>()
  const index = (replica: StoredReplica): void => {
    const key = deploymentKey(replica)
    const others = byDeployment.get(key)?.filter(({ id }) => id !== replica.id) ?? []
    byDeployment.set(key, [...others, replica])
  }
  stored.forEach(index)
  const wishes = new Map(table.overrides().map((wish) => [deploymentKey(wish), wish]))
  const listeners = new Set<(cluster: string) => void>()
  /** Ids of those that the table has as they were before. */
  const unsaved = new Set<string>()
  let isClosed = false

  const save = (replica: StoredReplica): void => {
    table.save(replica)
    unsaved.delete(replica.id)
  }
  const saveLater = (replica: StoredReplica): void => {
    try {
      save(replica)
    } catch (cause) {
      if (!unsaved.has(replica.id)) logger.warn({ replica: replica.id, cause }, 'what is known of a replica could not be kept; it is tried again')
      unsaved.add(replica.id)
    }
  }
  const changed = (cluster: string): void => listeners.forEach((listener) => listener(cluster))
  const learn = (replica: StoredReplica): void => {
    const key = deploymentKey(replica)
    const learned = learnStart(startTimes.get(key), replica)
    if (learned === undefined) return
    startTimes.set(key, learned)
    try {
      table.saveStartTimes(key, learned)
    } catch (cause) {
      logger.warn({ deployment: key, cause }, 'how long a start took could not be kept')
    }
  }
  const put = (next: StoredReplica, write: (replica: StoredReplica) => void): void => {
    const before = stored.get(next.id)
    if (before === next || isClosed) return
    stored.set(next.id, next)
    index(next)
    write(next)
    const { id, cluster, model, state, reason } = next
    const isAsBefore = before?.state === state && before.reason === reason
    if (!isAsBefore) logger[state === 'failed' ? 'warn' : 'info']({ replica: id, cluster, model, state, reason }, 'a replica changed')
    // One that was live before comes from being suspended, which tells nothing of a start.
    if (isLive(next) && before !== undefined && !isLive(before) && before.liveAtMs === undefined) learn(next)
    // A failure is told of together with what was printed.
    if (isAsBefore ? before.logTail !== next.logTail : !wantsLog(next)) changed(cluster)
  }
  const note = (replica: StoredReplica): void => put(replica, saveLater)

  return {
    stored,
    startTimes,
    wishes,
    ofCluster: (name) => [...stored.values()].filter(({ cluster }) => cluster === name),
    ofDeployment: (key) => byDeployment.get(key) ?? [],
    keep: (replica) => put(replica, save),
    note,
    tell(id, news) {
      const replica = stored.get(id)
      if (replica !== undefined) note(advance(replica, news, termsOf(replica)))
    },
    saveRest() {
      for (const id of unsaved) {
        const replica = stored.get(id)
        if (replica !== undefined) saveLater(replica)
        if (unsaved.has(id)) return
      }
    },
    forget(replica) {
      const { id, cluster } = replica
      stored.delete(id)
      unsaved.delete(id)
      const key = deploymentKey(replica)
      byDeployment.set(key, byDeployment.get(key)?.filter((other) => other.id !== id) ?? [])
      table.remove(id)
      changed(cluster)
    },
    want({ cluster, model, framework }, wish, by) {
      const name = { cluster, model, framework }
      if (wish.kind === 'auto') {
        table.removeOverride(name)
        wishes.delete(deploymentKey(name))
      } else {
        const override: Override = { ...name, kind: wish.kind, replicas: wish.kind === 'scale' ? wish.replicas : undefined, atMs: clock(), by }
        table.saveOverride(override)
        wishes.set(deploymentKey(name), override)
      }
      logger.info({ ...name, wish, by }, 'an admin wants something of a deployment')
      changed(cluster)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed,
    close() {
      isClosed = true
    },
  }
}
