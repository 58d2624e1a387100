import { nextReplicaStates, type ReplicaState } from '@shared/domain/replica'
import type { ObservedReplica } from '../clusters/replica-host'
import { defaultPolicy, type Policy } from './policy'
import { isOver, type StoredReplica } from './stored-replica'

/**
 * What is learned of one replica. `atMs` is when the question was asked, not when the answer came: so news that is late is known as late.
 */
export type News =
  | { readonly kind: 'observed'; readonly atMs: number; readonly replica: ObservedReplica }
  /** Its cluster answered, and it was not there. */
  | { readonly kind: 'missed'; readonly atMs: number }
  | { readonly kind: 'probed'; readonly atMs: number; readonly baseUrl: string; readonly isReady: boolean }
  /** Its cluster has taken it. */
  | { readonly kind: 'started'; readonly atMs: number; readonly handle: string }
  /** Its cluster would not take it; when that is not final, it may have taken it all the same, and is asked again. */
  | { readonly kind: 'refused'; readonly atMs: number; readonly reason: string; readonly isFinal: boolean }
  | { readonly kind: 'drained'; readonly atMs: number; readonly reason: string }
  | { readonly kind: 'stopAsked'; readonly atMs: number }
  | { readonly kind: 'printed'; readonly logTail: string }

export interface LifeTerms {
  /** `ready.timeoutS` of its deployment, in milliseconds. */
  readonly startTimeoutMs: number
  readonly policy?: Policy
}

/**
 * The replica after the news, or the same object where the news changes nothing: what is late, doubled, or of another address is passed over.
 * The state moves along `nextReplicaStates` only. Nothing happens by time alone: a cluster that says nothing changes nothing.
 */
export function advance(replica: StoredReplica, news: News, { startTimeoutMs, policy = defaultPolicy }: LifeTerms): StoredReplica {
  if (news.kind === 'printed') return replica.state === 'failed' && replica.logTail !== news.logTail ? { ...replica, logTail: news.logTail } : replica
  if (isOver(replica)) return replica
  switch (news.kind) {
    case 'observed':
      return isStale(replica, news.atMs) ? replica : observed({ ...replica, seenAtMs: news.atMs, handle: news.replica.handle }, news.replica, news.atMs, startTimeoutMs)
    case 'missed':
      return missed(replica, news.atMs, policy)
    case 'probed':
      return probed(replica, news, startTimeoutMs, policy)
    case 'started':
      return replica.state === 'requested' ? move({ ...replica, handle: news.handle }, 'queued', news.atMs) : replica.handle === undefined ? { ...replica, handle: news.handle } : replica
    case 'refused':
      return refused(replica, news, policy)
    case 'drained':
      return replica.state === 'draining' ? replica : move({ ...replica, askedAtMs: undefined }, 'draining', news.atMs, news.reason)
    case 'stopAsked':
      return replica.state === 'draining' && news.atMs > (replica.askedAtMs ?? -Infinity) ? { ...replica, askedAtMs: news.atMs } : replica
  }
}

/** What it printed is to be asked of its cluster, once. */
export const wantsLog = ({ state, logTail, seenAtMs }: StoredReplica): boolean => state === 'failed' && logTail === undefined && seenAtMs !== undefined

function observed(replica: StoredReplica, seen: ObservedReplica, atMs: number, startTimeoutMs: number): StoredReplica {
  if (seen.state === 'ended') return ended({ ...replica, endsAtMs: seen.endsAtMs ?? replica.endsAtMs }, atMs, seen)
  const known: StoredReplica = {
    ...replica,
    nodes: seen.nodes === undefined ? replica.nodes : [...seen.nodes],
    gpus: seen.gpus === undefined ? replica.gpus : [...seen.gpus],
    endsAtMs: seen.endsAtMs ?? replica.endsAtMs,
  }
  if (replica.state === 'draining') return known
  // What ran and waits again was requeued by its site: it comes back elsewhere, with another end.
  if (seen.state === 'queued') return waiting({ ...known, ...nothingRuns, estimatedStartMs: seen.estimatedStartMs, endsAtMs: seen.endsAtMs }, seen.reason, atMs)
  // What is suspended goes on where it was: neither its start nor its silence is held against it until then.
  if (seen.state === 'suspended') return waiting({ ...known, baseUrl: undefined, unreadySinceMs: undefined }, seen.reason, atMs)
  return running(known, seen, atMs, startTimeoutMs)
}

const waiting = (replica: StoredReplica, reason: string | undefined, atMs: number): StoredReplica => (replica.state === 'queued' ? { ...replica, reason } : move(replica, 'queued', atMs, reason))

const nothingRuns = { runningAtMs: undefined, liveAtMs: undefined, unreadySinceMs: undefined, baseUrl: undefined, nodes: undefined, gpus: undefined }

/** Clocks of two machines, and of `ps`, are this exact. */
const clockToleranceMs = 5_000

function running(replica: StoredReplica, seen: ObservedReplica, atMs: number, startTimeoutMs: number): StoredReplica {
  const runningAtMs = seen.startedAtMs ?? replica.runningAtMs ?? atMs
  const baseUrl = seen.baseUrl ?? replica.baseUrl
  const isNew = replica.runningAtMs === undefined || runningAtMs > replica.runningAtMs + clockToleranceMs
  if (isNew) return move({ ...replica, ...nothingRuns, nodes: replica.nodes, gpus: replica.gpus, baseUrl: seen.baseUrl, runningAtMs, estimatedStartMs: undefined }, 'starting', atMs)
  if (replica.state === 'live') return baseUrl === replica.baseUrl ? replica : move({ ...replica, baseUrl, liveAtMs: undefined, unreadySinceMs: undefined }, 'starting', atMs)
  // One that has an address is judged by what it answers: it may have come up while nobody looked.
  if (replica.state === 'starting') return baseUrl === undefined ? startTimedOut(replica, atMs, startTimeoutMs) : { ...replica, baseUrl }
  // It was suspended, and has its whole start timeout to answer again.
  return move({ ...replica, baseUrl, runningAtMs: atMs, estimatedStartMs: undefined }, 'starting', atMs)
}

function probed(replica: StoredReplica, { atMs, baseUrl, isReady }: { readonly atMs: number; readonly baseUrl: string; readonly isReady: boolean }, startTimeoutMs: number, policy: Policy): StoredReplica {
  // Asked before it came into its state, or of an address that it no longer has: of another life.
  if (baseUrl !== replica.baseUrl || atMs < replica.sinceMs) return replica
  // While its cluster is silent too, it may be the way there that is cut: what does not answer then is not held against it.
  const isOutOfSight = atMs - (replica.seenAtMs ?? -Infinity) > policy.staleMs
  if (replica.state === 'starting') return isReady ? move({ ...replica, liveAtMs: atMs }, 'live', atMs) : isOutOfSight ? replica : startTimedOut(replica, atMs, startTimeoutMs)
  if (replica.state !== 'live') return replica
  if (isReady) return replica.unreadySinceMs !== undefined && atMs > replica.unreadySinceMs ? { ...replica, unreadySinceMs: undefined } : replica
  if (replica.unreadySinceMs === undefined || isOutOfSight) return { ...replica, unreadySinceMs: atMs }
  return atMs - replica.unreadySinceMs < policy.unhealthyMs ? replica : move(replica, 'failed', atMs, `It has not answered for ${minutes(atMs - replica.unreadySinceMs)}.`)
}

function startTimedOut(replica: StoredReplica, atMs: number, startTimeoutMs: number): StoredReplica {
  if (replica.runningAtMs === undefined || atMs - replica.runningAtMs < startTimeoutMs) return replica
  return move(replica, 'failed', atMs, `It was not ready after ${minutes(startTimeoutMs)}.`)
}

function missed(replica: StoredReplica, atMs: number, policy: Policy): StoredReplica {
  if (isStale(replica, atMs)) return replica
  // One that was never seen has time to appear; one without a handle was perhaps never asked for, and is asked for again.
  if (replica.seenAtMs === undefined && (atMs < replica.sinceMs + policy.unseenMs || (replica.state === 'requested' && replica.handle === undefined))) return replica
  return ended(replica, atMs, { reason: replica.seenAtMs === undefined ? 'Its cluster took it, and never showed it.' : 'Its cluster no longer has it.' })
}

function ended(replica: StoredReplica, atMs: number, { reason, exitCode }: Pick<ObservedReplica, 'reason' | 'exitCode'>): StoredReplica {
  if (replica.state === 'draining') return move(replica, 'stopped', atMs, replica.reason)
  const isWalltime = replica.endsAtMs !== undefined && atMs >= replica.endsAtMs - clockToleranceMs
  if (isWalltime && replica.liveAtMs !== undefined) return move(replica, 'stopped', atMs, 'Its walltime was over.')
  if (isWalltime) return move(replica, 'failed', atMs, 'Its walltime was over before it was ready.')
  const how = reason ?? (exitCode === undefined ? 'It ended by itself.' : `It ended with exit code ${exitCode}.`)
  return move(replica, 'failed', atMs, how)
}

function refused(replica: StoredReplica, { atMs, reason, isFinal }: { readonly atMs: number; readonly reason: string; readonly isFinal: boolean }, policy: Policy): StoredReplica {
  // It is there after all: another answer came first.
  if (replica.state === 'draining' ? replica.handle !== undefined : replica.state !== 'requested') return replica
  if (isFinal || atMs - replica.requestedAtMs >= policy.startRetryMs) return move(replica, replica.state === 'draining' ? 'stopped' : 'failed', atMs, reason)
  return atMs <= (replica.askedAtMs ?? -Infinity) && replica.reason === reason ? replica : { ...replica, reason, askedAtMs: atMs }
}

const isStale = ({ seenAtMs }: StoredReplica, atMs: number): boolean => seenAtMs !== undefined && atMs <= seenAtMs

function move(replica: StoredReplica, state: ReplicaState, atMs: number, reason?: string): StoredReplica {
  if (replica.state !== state && !nextReplicaStates[replica.state].includes(state)) return replica
  return { ...replica, state, sinceMs: atMs, reason }
}

const minutes = (ms: number): string => (ms < 120_000 ? `${Math.round(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`)
