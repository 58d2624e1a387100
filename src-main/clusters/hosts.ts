import { join } from 'node:path'
import { clusterConfig, type BatchClusterConfig, type LocalClusterConfig } from '@shared/config/clusters'
import type { Logger } from '../core/logger'
import type { StartSupervisor } from '../engines/supervisor/supervisor'
import { createRunnerHere } from './commands/here'
import { createRunnerOverSsh } from './commands/over-ssh'
import { createProcessHost } from './local/processes/process-host'
import { createProcessTable } from './local/processes/process-table'
import type { ManagedCluster, Pace } from './managed-cluster'
import { createPbsHost } from './pbs/pbs-host'
import type { ReplicaHost } from './replica-host'
import { createSlurmHost } from './slurm/slurm-host'

export interface HostsDeps {
  readonly dataDir: string
  /** Tells this installation's jobs from those of another with the same work folder. */
  readonly installation: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly memory: { freeBytes(): number; totalBytes(): number }
  /** What stands for `first-desktop` in a launch on this machine. */
  readonly ownProgram?: readonly string[] | undefined
  readonly startSupervisor: StartSupervisor
  readonly logger: Logger
}

/** A workload manager is many people's: `squeue` is asked no more often than it bears. A machine has the GPUs that it has; a start looks itself which are free. */
export const localPace: Pace = { freshMs: 500, busyMs: 500, calmMs: 5_000, capacityMs: 60_000 }
export const batchPace: Pace = { freshMs: 1_000, busyMs: 4_000, calmMs: 30_000, capacityMs: 30_000 }

const now = (): number => Date.now()

export function processHostOf(name: string, { dataDir, env, memory, ownProgram, startSupervisor, logger }: HostsDeps): ReplicaHost {
  return createProcessHost({
    dataDir: join(dataDir, 'clusters', name),
    env,
    logger,
    now,
    random: Math.random,
    pause: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    memory,
    startSupervisor,
    processes: createProcessTable(),
    ...(ownProgram !== undefined && { ownProgram }),
  })
}

/** What of a cluster's configuration says where it is, as text: another of these is another place. */
export function placeOf(config: LocalClusterConfig | BatchClusterConfig): string {
  if (config.kind === 'local') return JSON.stringify({ kind: config.kind })
  const { kind, queue, account, submitOptions, workDir, ssh } = config
  return JSON.stringify({ kind, queue, account, submitOptions, workDir, ssh })
}
export function batchHostOf(config: BatchClusterConfig, { installation }: HostsDeps): ReplicaHost {
  const { kind, name, queue, account, submitOptions, ssh } = config
  const runner = ssh === undefined ? createRunnerHere() : createRunnerOverSsh({ ssh })
  const site = { name, queue, account, submitOptions, workDir: `${config.workDir ?? '.first-desktop'}/${installation}/${name}` }
  return kind === 'slurm' ? createSlurmHost(site, { runner, now }) : createPbsHost(site, { runner, now })
}

/** A cluster that `config.yaml` no longer has, from the text that `placeOf` gave; it starts nothing. */
export function formerCluster(name: string, place: string, deps: HostsDeps): ManagedCluster | undefined {
  const config = clusterConfig.safeParse(namedPlace(name, place)).data
  if (config?.kind === 'local') return { name, place, host: processHostOf(name, deps), deployments: [], pace: localPace }
  if (config?.kind === 'slurm' || config?.kind === 'pbs') return { name, place, host: batchHostOf(config, deps), deployments: [], pace: batchPace }
  return undefined
}

function namedPlace(name: string, place: string): unknown {
  try {
    return { name, ...(JSON.parse(place) as object) }
  } catch {
    return undefined // written by another app, or damaged: whoever asked tells of it
  }
}
