import type { NodeAddress } from '../commands/command-runner'
import type { ObservedReplica } from '../replica-host'
import type { ReplicaNotes } from './replica-folder'
import type { ListedJob } from './workload-manager'

export interface KnownReplica {
  readonly seen: ObservedReplica
  /** Where its engine listens, as the node says. */
  readonly address?: NodeAddress
  /** It ended and nobody has said how. */
  readonly needsEnd: boolean
}

const reportedForMs = 24 * 3600 * 1000

/**
 * One observation a replica, from what the workload manager lists and what the files of our work folder say. A job that has no files there is
 * of somebody else with the same account, and not ours to end.
 */
export function mergeJobs(jobs: readonly ListedJob[], notes: ReadonlyMap<string, ReplicaNotes>, nowMs: number): readonly KnownReplica[] {
  const listed = new Map<string, ListedJob>()
  for (const job of jobs) listed.set(job.name, preferred(listed.get(job.name), job))
  return [...notes].flatMap(([id, note]) => {
    const job = listed.get(id)
    return job === undefined ? fromNotes(id, note, nowMs) : [fromJob(job, note)]
  })
}

/** Two jobs of one name: the one that is not over, else the later. */
function preferred(before: ListedJob | undefined, job: ListedJob): ListedJob {
  if (before === undefined || before.state === 'ended') return job
  return job.state === 'ended' ? before : job
}

function fromJob({ jobId, name, state, walltimeS, ...job }: ListedJob, { jobId: submitted, about, address: told, ended }: ReplicaNotes): KnownReplica {
  // What an earlier run of the job told, before a requeue, tells nothing of this one.
  const address = told !== undefined && isSameJob(told.job, jobId) ? told : undefined
  const handle = submitted !== undefined && isSameJob(submitted, jobId) ? submitted : jobId
  const startedAtMs = job.startedAtMs ?? (address === undefined ? undefined : address.at * 1000)
  const endsAtMs = job.endsAtMs ?? (startedAtMs === undefined || walltimeS === undefined ? undefined : startedAtMs + walltimeS * 1000)
  const common = { id: name, handle, ...(about !== undefined && { deployment: about }), ...job }
  if (state === 'queued') return { seen: { ...common, state }, needsEnd: false }
  if (state === 'ended') {
    const exitCode = job.exitCode ?? ended?.exitCode
    const reason = job.reason ?? (exitCode === undefined ? undefined : codeReason(exitCode))
    return { seen: { ...common, state, ...(exitCode !== undefined && { exitCode }), ...(reason !== undefined && { reason }) }, needsEnd: job.reason === undefined }
  }
  const seen = { ...common, state: state === 'suspended' ? state : ('running' as const), ...(startedAtMs !== undefined && { startedAtMs }), ...(endsAtMs !== undefined && { endsAtMs }) }
  if (state !== 'running' || address === undefined) return { seen, needsEnd: false }
  return { seen, address: { host: address.host, port: address.port }, needsEnd: false }
}

/** PBS gives the id with its server's name in one place and without it in another. */
const isSameJob = (one: string, other: string): boolean => one.split('.')[0] === other.split('.')[0]

function fromNotes(id: string, { jobId, about, ended }: ReplicaNotes, nowMs: number): readonly KnownReplica[] {
  if (jobId === undefined) return [] // being submitted, or refused
  if (ended !== undefined && nowMs - ended.at * 1000 > reportedForMs) return []
  const common = { id, handle: jobId, state: 'ended' as const, ...(about !== undefined && { deployment: about }) }
  if (ended === undefined) return [{ seen: common, needsEnd: true }]
  // The manager may know more: that its walltime was over, or that somebody has cancelled it.
  return [{ seen: { ...common, exitCode: ended.exitCode, reason: codeReason(ended.exitCode) }, needsEnd: true }]
}

const codeReason = (exitCode: number): string => `It ended with code ${exitCode}.`
