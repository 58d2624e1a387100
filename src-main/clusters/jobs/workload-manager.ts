import type { FirstError } from '@shared/errors'
import type { Argv, CommandOutcome } from '../commands/command-runner'
import type { HostCapacity } from '../replica-host'

/** What a site's jobs are submitted with; config.yaml has the same names. */
export interface JobSite {
  /** Of the cluster, for sentences. */
  readonly name: string
  /** A partition of Slurm, a queue of PBS. */
  readonly queue?: string | undefined
  readonly account?: string | undefined
  /** More arguments of the submit command; they come last and win. */
  readonly submitOptions: readonly string[]
  /** A folder that the nodes see too. Absent: `.first-desktop` in the home folder there. */
  readonly workDir?: string | undefined
}

/** What a job asks for; GPUs, cores and memory are those of each node. */
export interface JobNeeds {
  readonly name: string
  readonly nodes: number
  readonly gpus: number
  readonly cores?: number | undefined
  readonly memoryMb?: number | undefined
  readonly walltimeS?: number | undefined
}

/** How a job ended. */
export interface JobEnd {
  readonly reason: string
  readonly exitCode?: number
}

/** A job as the workload manager lists it. */
export interface ListedJob {
  readonly jobId: string
  readonly name: string
  /** One that is suspended or ending has its nodes, and serves nobody. */
  readonly state: 'queued' | 'running' | 'suspended' | 'ending' | 'ended'
  /** Why it waits or how it ended, in a sentence. */
  readonly reason?: string
  readonly exitCode?: number
  readonly nodes?: readonly string[]
  readonly estimatedStartMs?: number
  readonly startedAtMs?: number
  readonly endsAtMs?: number
  /** For managers that do not say when it ends. */
  readonly walltimeS?: number
}

/** The commands of one kind of workload manager and how to read what they print. All ask through the site's `CommandRunner`. */
export interface WorkloadManager {
  readonly title: 'Slurm' | 'PBS'
  /** What it prints besides the engine's log, in the replica's folder. */
  readonly outputFile: string
  /** Submits the script `job.sh` of the folder in which it runs. @throws FirstError `config_invalid` for a name that cannot be one */
  submitArgv(needs: JobNeeds): Argv
  /** The id in what the submit command printed. */
  readonly jobIdOf: (printed: string) => string | undefined
  /** Why a submission was refused, in words that a person can act on. */
  refusal(outcome: CommandOutcome): FirstError
  /** At least these of this user's jobs, with those that ended not long ago where it keeps them. @throws FirstError `upstream_unreachable` */
  list(jobIds: readonly string[], signal: AbortSignal): Promise<readonly ListedJob[]>
  /** The id of a job of this name that is not over, where there is one. */
  find(name: string, signal: AbortSignal): Promise<string | undefined>
  /** How jobs ended of which the list does not say it; those of which nothing is known are left out. @throws FirstError `upstream_unreachable`, also where one has not ended: the list had gaps */
  ended(jobs: readonly Pick<ListedJob, 'jobId' | 'name'>[], signal: AbortSignal): Promise<ReadonlyMap<string, JobEnd>>
  /** One that is over is no error. */
  cancel(jobId: string, signal: AbortSignal): Promise<void>
  capacity(signal: AbortSignal): Promise<HostCapacity>
}
