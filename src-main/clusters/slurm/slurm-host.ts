import type { CommandRunner } from '../commands/command-runner'
import { createJobHost } from '../jobs/job-host'
import type { JobSite } from '../jobs/workload-manager'
import type { ReplicaHost } from '../replica-host'
import { createSlurmManager } from './slurm-manager'

export interface SlurmHostDeps {
  readonly runner: CommandRunner
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Starts replicas as jobs of Slurm; `stop` leaves the time between SIGTERM and SIGKILL to the site (slurm.conf(5), KillWait). */
export const createSlurmHost = (site: JobSite, { runner, now }: SlurmHostDeps): ReplicaHost => createJobHost({ site, runner, manager: createSlurmManager(site, runner), now })
