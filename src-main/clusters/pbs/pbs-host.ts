import type { CommandRunner } from '../commands/command-runner'
import { createJobHost } from '../jobs/job-host'
import type { JobSite } from '../jobs/workload-manager'
import type { ReplicaHost } from '../replica-host'
import { createPbsManager } from './pbs-manager'

export interface PbsHostDeps {
  readonly runner: CommandRunner
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Starts replicas as jobs of PBS; `stop` leaves the time between SIGTERM and SIGKILL to the site (kill_delay of the queue). */
export const createPbsHost = (site: JobSite, { runner, now }: PbsHostDeps): ReplicaHost => createJobHost({ site, runner, manager: createPbsManager(site, runner), now })
