import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Framework } from '@shared/domain/model'

/** A replica to start; `argv` and `env` are whole but for what only the place knows (${port} ${host} ${gpus}). */
export interface StartRequest {
  /** Names the job, marks the process and its files. */
  readonly id: string
  readonly deployment: LaunchedDeployment
  /** The engine's own key: goes in a file of mode 0600 or the environment, never on a command line that others can read. */
  readonly key: string
}

/** What a cluster says of one of our replicas; news may be late, doubled, or missing. */
export interface ObservedReplica {
  readonly id: string
  /** A process and its start, or a job's id. */
  readonly handle: string
  /** `suspended`: it has its nodes, and serves nobody until its site lets it go on. */
  readonly state: 'queued' | 'running' | 'suspended' | 'ended'
  /** What it was started for, where the place keeps that: one that nobody remembers can then be adopted. */
  readonly deployment?: { readonly model: string; readonly framework: Framework }
  /** Base URL with the version, once the engine has said where it listens. */
  readonly baseUrl?: string
  /** Why it waits, or how it ended; a sentence or the site's own word. */
  readonly reason?: string
  readonly exitCode?: number
  readonly nodes?: readonly string[]
  readonly gpus?: readonly number[]
  readonly estimatedStartMs?: number
  readonly startedAtMs?: number
  readonly endsAtMs?: number
}

export interface HostCapacity {
  readonly nodes?: { readonly free: number; readonly total: number }
  readonly gpus?: { readonly free: number; readonly total: number }
  readonly memoryMb?: { readonly free: number; readonly total: number }
}

/**
 * A place that starts and stops replicas: processes of this machine, or jobs of a workload manager. It keeps nothing in memory that a restart
 * would lose: what runs is found again by `observe`. Only the scheduler calls it.
 */
export interface ReplicaHost {
  /** Asks for it to be started; resolves with its handle when it was taken. Another call with the same id starts no second one. @throws FirstError that a person can act on */
  start(request: StartRequest, signal: AbortSignal): Promise<string>
  /** Ends it, whatever its state; one that is over already is no error. */
  stop(handle: string, options: { readonly graceS: number }, signal: AbortSignal): Promise<void>
  /** Every replica of ours that is queued or runs, and those that ended not long ago. @throws FirstError when the place cannot be asked, which says nothing of the replicas */
  observe(signal: AbortSignal): Promise<readonly ObservedReplica[]>
  /** The last lines that it printed. */
  logTail(id: string, signal: AbortSignal): Promise<string>
  capacity(signal: AbortSignal): Promise<HostCapacity>
  close(): Promise<void>
}
