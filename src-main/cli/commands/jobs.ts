import type { Command } from 'commander'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Job } from '@shared/domain/job'
import type { Replica } from '@shared/domain/replica'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { age, readSnapshots } from '../snapshots'
import { table } from '../table'

export function addJobs(program: Command, context: CliContext): void {
  program
    .command('jobs')
    .description('list the replicas that are started from here, and the jobs of sites')
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async ({ dataDir, json }: { dataDir: string; json?: boolean }) => {
      const { withCore } = await import('../rpc-client')
      const jobs = (await withCore({ dataDir, signal: context.signal }, readSnapshots)).flatMap(jobsOf)
      if (json === true) context.out(`${JSON.stringify(jobs, null, 2)}\n`)
      else if (jobs.length === 0) context.err('Nothing runs or waits.\n')
      else context.out(jobsTable(jobs, Date.now()))
    })
}

/** One line: a replica by its own id, a job of a site by the site's. Times are Unix milliseconds. */
export interface ListedJob {
  readonly cluster: string
  readonly id?: string
  readonly jobId?: string
  readonly models: readonly string[]
  readonly framework: string
  readonly state: string
  readonly nodes?: string
  readonly sinceMs?: number
  readonly reason?: string
  readonly replica?: Replica
  readonly job?: Job
}

/** Of a cluster whose replicas are started from here those, of any other its site's jobs. */
export function jobsOf({ name, replicas, jobs = [] }: ClusterSnapshot): ListedJob[] {
  return replicas === undefined ? jobs.map((job) => ofSite(name, job)) : replicas.map(ofReplica)
}

function ofReplica(replica: Replica): ListedJob {
  const { id, cluster, model, framework, state, sinceMs, handle, nodes, reason } = replica
  return {
    cluster,
    id,
    ...(handle !== undefined && { jobId: handle }),
    models: [model],
    framework,
    state,
    ...(nodes !== undefined && nodes.length > 0 && { nodes: nodes.join(',') }),
    sinceMs,
    ...(reason !== undefined && { reason }),
    replica,
  }
}

function ofSite(cluster: string, job: Job): ListedJob {
  const { id, models, framework, state, modelStatus, host, nodes, comment } = job
  const where = host ?? (nodes === undefined ? undefined : String(nodes))
  return {
    cluster,
    ...(id !== undefined && { jobId: id }),
    models,
    framework,
    state: state === 'running' ? (modelStatus ?? state) : state,
    ...(where !== undefined && { nodes: where }),
    ...(comment !== undefined && { reason: comment }),
    job,
  }
}

export function jobsTable(jobs: readonly ListedJob[], nowMs: number): string {
  return table(
    ['id', 'job', 'cluster', 'model', 'state', 'nodes', 'since', 'reason'],
    jobs.map(({ id = '-', jobId = '-', cluster, models, state, nodes = '-', sinceMs, reason = '' }) => [id, jobId, cluster, models.join(','), state, nodes, sinceMs === undefined ? '-' : age(sinceMs, nowMs), reason]),
  )
}
