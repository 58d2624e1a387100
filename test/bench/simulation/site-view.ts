/** A job of the site and the engine in it. */
export interface Job {
  readonly id: number
  readonly model: number
  readonly nodes: number
  readonly submittedAtMs: number
  state: 'queued' | 'running' | 'ended'
  startedAtMs: number
  endedAtMs: number
  /** The engine answers. */
  isReady: boolean
  /** Requests are sent to it. */
  isOpen: boolean
  /** Its requests, by their number. */
  readonly requests: Set<number>
  /** When it had a request last, or became ready. */
  usedAtMs: number
  loads: number
  reason: string
}

/** What a policy sees of the site, and may do. */
export interface SiteView {
  readonly nowMs: number
  readonly jobs: ReadonlySet<Job>
  /** Ended in the last ten minutes. */
  readonly ended: readonly Job[]
  /** Requests of a model that wait, and are in flight. */
  waiting(model: number): number
  inFlight(model: number): number
  oldestWaitMs(model: number): number
  lastRequestMs(model: number): number | undefined
  /** The most requests at once in the last `ms`. */
  peak(model: number, ms: number): number
  submit(model: number): Job
  cancel(job: Job): void
  /** Lets requests go to it, or no more of them. */
  open(job: Job, isOpen: boolean): void
}

export interface PolicyUnderTest {
  readonly everyMs: number
  /** How often an engine that fails to load is loaded again in its own job. */
  readonly reloads: number
  /** An engine that is ready takes requests at once. */
  readonly opensItself: boolean
  act(site: SiteView): void
}

export interface Outcome {
  /** Of each request that was answered, until its first token; milliseconds. */
  readonly firstTokenMs: number[]
  /** Of those for which no replica was up when they came. */
  readonly coldWaitsMs: number[]
  readonly nodeHours: number
  readonly starts: number
  /** Requests that were being answered when their replica ended. */
  readonly cut: number
  readonly unanswered: number
}
