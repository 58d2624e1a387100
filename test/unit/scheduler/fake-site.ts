import type { ObservedReplica } from '@main/clusters/replica-host'
import type { Framework } from '@shared/domain/model'

/** A job of the site, as the site alone knows it. */
export interface SiteJob {
  readonly id: string
  readonly handle: string
  readonly deployment: { readonly model: string; readonly framework: Framework }
  state: 'queued' | 'running' | 'ended'
  startedAtMs: number | undefined
  readyAtMs: number | undefined
  exitCode: number | undefined
}

/** A workload manager without a clock of its own: it truly has what was started, whatever others were told. */
export interface FakeSite {
  readonly jobs: Map<string, SiteJob>
  start(id: string, deployment: SiteJob['deployment']): string
  stop(handle: string): void
  /** What is there at this moment. */
  look(): ObservedReplica[]
  /** Lets a queued job run; `loadMs` later its engine answers. */
  run(handle: string, nowMs: number, loadMs: number): void
  end(handle: string, exitCode?: number): void
  requeue(handle: string): void
  /** Whether the engine at an address answers. */
  answers(baseUrl: string, nowMs: number): boolean
  alive(): SiteJob[]
}

export function createFakeSite({ walltimeMs }: { readonly walltimeMs?: number | undefined } = {}): FakeSite {
  const jobs = new Map<string, SiteJob>()
  let next = 1
  const urlOf = (job: SiteJob): string => `http://${job.handle}.site/${job.startedAtMs ?? 0}/v1`
  const alive = (): SiteJob[] => [...jobs.values()].filter(({ state }) => state !== 'ended')
  const ofState = (handle: string, ...states: SiteJob['state'][]): SiteJob | undefined => {
    const job = jobs.get(handle)
    return job !== undefined && states.includes(job.state) ? job : undefined
  }
  return {
    jobs,
    alive,
    start(id, deployment) {
      const known = alive().find((job) => job.id === id)
      if (known !== undefined) return known.handle
      const handle = `j${next++}`
      jobs.set(handle, { id, handle, deployment, state: 'queued', startedAtMs: undefined, readyAtMs: undefined, exitCode: undefined })
      return handle
    },
    stop(handle) {
      const job = jobs.get(handle)
      if (job !== undefined) job.state = 'ended'
    },
    look: () =>
      [...jobs.values()].map((job) => ({
        id: job.id, handle: job.handle, state: job.state, deployment: job.deployment,
        ...(job.state === 'running' && job.startedAtMs !== undefined && { startedAtMs: job.startedAtMs, baseUrl: urlOf(job), ...(walltimeMs !== undefined && { endsAtMs: job.startedAtMs + walltimeMs }) }),
        ...(job.exitCode !== undefined && { exitCode: job.exitCode }),
      })),
    run(handle, nowMs, loadMs) {
      const job = ofState(handle, 'queued')
      if (job !== undefined) Object.assign(job, { state: 'running', startedAtMs: nowMs, readyAtMs: nowMs + loadMs })
    },
    end(handle, exitCode) {
      const job = ofState(handle, 'queued', 'running')
      if (job !== undefined) Object.assign(job, { state: 'ended', exitCode })
    },
    requeue(handle) {
      const job = ofState(handle, 'running')
      if (job !== undefined) Object.assign(job, { state: 'queued', startedAtMs: undefined, readyAtMs: undefined })
    },
    answers: (baseUrl, nowMs) => alive().some((job) => job.state === 'running' && urlOf(job) === baseUrl && (job.readyAtMs ?? Infinity) <= nowMs),
  }
}
