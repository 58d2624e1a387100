import { FirstError } from '@shared/errors'
import { resolveLaunch } from '../../engines/templates/resolve-launch'
import type { CommandRunner } from '../commands/command-runner'
import type { ObservedReplica, ReplicaHost, StartRequest } from '../replica-host'
import { jobLine, runScript } from './job-script'
import { mergeJobs, type KnownReplica } from './merge-jobs'
import { createReplicaFolders, type ReplicaNotes } from './replica-folder'
import { checkSite } from './site-names'
import type { JobEnd, JobSite, WorkloadManager } from './workload-manager'

export interface JobHostDeps {
  readonly site: JobSite
  readonly runner: CommandRunner
  readonly manager: WorkloadManager
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Replicas as jobs of a workload manager: a job bears the id of its replica as its name, and tells of itself by files of the work folder. */
export function createJobHost({ site, runner, manager, now }: JobHostDeps): ReplicaHost {
  const folders = createReplicaFolders({ runner, cluster: site.name, workDir: site.workDir ?? '.first-desktop', jobIdOf: manager.jobIdOf })
  const starting = new Map<string, Promise<string>>()
  /** How jobs ended does not change, so each is asked for once. */
  const ends = new Map<string, JobEnd | undefined>()

  const known = async (signal: AbortSignal): Promise<readonly KnownReplica[]> => {
    // In this order: a job that has left its note is listed, unless it is long over.
    const notes = await folders.notes(signal)
    const jobs = await manager.list(Array.from(notes.values()).flatMap(({ jobId, ended }) => (jobId === undefined || ended !== undefined || ends.get(jobId) !== undefined ? [] : [jobId])), signal)
    const first = mergeJobs(jobs, notes, now())
    const isNews = ({ seen, needsEnd }: KnownReplica): boolean => needsEnd && !ends.has(seen.handle)
    // One that ended after the notes were read has said since how; one that was submitted since is not in the list.
    const hasMore = first.some((replica) => isNews(replica) && replica.seen.exitCode === undefined)
    const merged = hasMore ? mergeJobs(jobs, newer(notes, await folders.notes(signal)), now()) : first
    const asked = merged.filter(isNews).map(({ seen }) => ({ jobId: seen.handle, name: seen.id }))
    if (asked.length > 0) {
      const told = await manager.ended(asked, signal)
      for (const { jobId } of asked) ends.set(jobId, told.get(jobId))
    }
    return merged
  }

  const observed = async ({ seen, address }: KnownReplica, signal: AbortSignal): Promise<ObservedReplica> => {
    if (seen.state === 'ended') return { ...seen, reason: seen.reason ?? `${manager.title} does not know any more how job ${seen.handle} ended.`, ...ends.get(seen.handle) }
    if (address === undefined) return seen
    const { host, port } = await runner.reach(address, signal)
    return { ...seen, baseUrl: `http://${host}:${port}/v1` }
  }

  const submit = async ({ id, deployment, key }: StartRequest, signal: AbortSignal): Promise<string> => {
    checkSite(site)
    const { nodes, gpus, cores, memoryMb } = deployment.resources
    const argv = manager.submitArgv({ name: id, nodes, gpus, cores, memoryMb, walltimeS: deployment.walltimeS })
    const launch = resolveLaunch(deployment)
    const before = await known(signal)
    const mine = before.find(({ seen }) => seen.id === id)?.seen.handle ?? (await manager.find(id, signal))
    if (mine !== undefined) return mine
    await folders.prune(before.flatMap(({ seen }) => (seen.state === 'ended' ? [] : [seen.id])), signal)
    const dir = await folders.pathOf(id, signal)
    const run = runScript({ id, launch, modules: deployment.modules, reachesLoopback: runner.reachesLoopback })
    const outcome = await folders.submit({ id, key, about: { model: deployment.model, framework: deployment.framework }, job: jobLine(dir), run, argv }, signal)
    if (outcome.code !== 0) throw manager.refusal(outcome)
    const jobId = manager.jobIdOf(outcome.stdout)
    if (jobId === undefined) throw new FirstError('upstream_garbled', `${manager.title} on ${runner.where} took a job and did not say its id: "${outcome.stdout.trim().slice(0, 200)}".`, { action: 'Look for the job there and cancel it.' })
    return jobId
  }

  return {
    start(request, signal) {
      const mine = starting.get(request.id) ?? submit(request, signal).finally(() => starting.delete(request.id))
      starting.set(request.id, mine)
      return mine
    },
    stop: (handle, _options, signal) => manager.cancel(handle, signal),
    async observe(signal) {
      const replicas = await known(signal)
      await runner.keep(replicas.flatMap(({ address }) => (address === undefined ? [] : [address])))
      return Promise.all(replicas.map((replica) => observed(replica, signal)))
    },
    logTail: (id, signal) => folders.tail(id, manager.outputFile, signal),
    capacity: (signal) => manager.capacity(signal),
    close: () => runner.close(),
  }
}

const newer = (notes: ReadonlyMap<string, ReplicaNotes>, again: ReadonlyMap<string, ReplicaNotes>): ReadonlyMap<string, ReplicaNotes> =>
  new Map(Array.from(notes, ([id, note]) => [id, again.get(id) ?? note]))
