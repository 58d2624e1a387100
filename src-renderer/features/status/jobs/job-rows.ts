import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Job } from '@shared/domain/job'
import type { ModelStatus } from '@shared/domain/model'
import { replicaMarks } from '../replicas/replica-marks'

/** A job, and the cluster that told of it. */
export interface JobRow {
  readonly key: string
  readonly job: Job
  readonly cluster: ClusterSnapshot
}

/** One row a job, cluster by cluster, as they told it. */
export function jobRows(clusters: readonly ClusterSnapshot[]): readonly JobRow[] {
  return clusters.flatMap((cluster) => {
    const seen = new Map<string, number>()
    return (cluster.jobs ?? []).map((job): JobRow => {
      const name = `${cluster.name} ${job.id ?? `${job.framework} ${job.models.join()} ${job.state}`}`
      const times = seen.get(name) ?? 0
      seen.set(name, times + 1)
      return { key: times === 0 ? name : `${name} ${times}`, job, cluster }
    })
  })
}

interface Mark {
  readonly status: ModelStatus
  readonly word: string
}

const marks: Readonly<Record<Job['state'], Mark>> = {
  running: { status: 'live', word: 'Running' },
  queued: { status: 'queued', word: 'Queued' },
  stopped: { status: 'offline', word: 'Stopped' },
  other: { status: 'unknown', word: 'Other' },
}

/** A running job whose model loads is `Starting`, one that takes no more requests is `Finishing`; one that lost its model serves nothing. */
export function jobMark({ state, modelStatus }: Job): Mark {
  if (state === 'running' && modelStatus === 'starting') return { status: 'starting', word: 'Starting' }
  if (state === 'running' && modelStatus === 'draining') return replicaMarks.draining
  if (state === 'running' && modelStatus === 'disconnected') return { status: 'failed', word: 'Disconnected' }
  return marks[state]
}

const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/

/** An expected start: a moment in the person's own writing, anything else as the site writes it. */
export function startText(estimated: string | undefined): string | undefined {
  if (estimated === undefined || !instant.test(estimated)) return estimated
  return new Date(estimated).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

export interface JobFilter {
  readonly query: string
  readonly cluster: string | undefined
  readonly state: Job['state'] | undefined
}

export function jobFits({ job, cluster }: JobRow, filter: JobFilter): boolean {
  const words = filter.query.trim().toLowerCase()
  if (filter.state !== undefined && filter.state !== job.state) return false
  if (filter.cluster !== undefined && filter.cluster !== cluster.name) return false
  return [job.id ?? '', ...job.models, job.framework, cluster.name, job.host ?? '', job.username ?? '', job.comment ?? ''].some((text) => text.toLowerCase().includes(words))
}
