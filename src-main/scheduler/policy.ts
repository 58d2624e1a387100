/** How the scheduler decides, beside what a deployment says itself. Times in milliseconds. */
export interface Policy {
  /** Share of `requestsPerReplica` at which a replica counts as full, 0 to 1. */
  readonly targetUse: number
  /** Replicas that may come up at once where the launch is known to work; as many as are live, where that is more. */
  readonly stepUp: number
  /** Requests have to wait for this share of the time that a start takes, 0 to 1, before another replica joins those that serve. */
  readonly upAfterShare: number
  /** And for no longer than this, however long starts take. */
  readonly upAfterMaxMs: number
  /** Load has to stay lower for this long before a replica more than is needed goes. */
  readonly calmMs: number
  /** A request this long ago still asks for a replica: its caller may be between two tries. */
  readonly askedMs: number
  /** Without a request for this long, a model gives its place to another that needs it. */
  readonly evictAfterMs: number
  /** A replica of a batch is kept for no longer than this after its last request, however long the deployment's own idle time is. */
  readonly batchIdleMs: number
  /** A replica that was live for this long has proven its launch: its end is no failure of it. */
  readonly stableMs: number
  /** After the first failure; doubled by each one that follows. */
  readonly backoffMs: number
  readonly backoffMaxMs: number
  /** After the last attempt: requests that come sooner start nothing. Doubled by each failure that follows. */
  readonly coolDownMs: number
  readonly coolDownMaxMs: number
  /** Time a cluster has to show what it has taken. */
  readonly unseenMs: number
  /** A start whose outcome is not known is tried again for this long. */
  readonly startRetryMs: number
  /** A live replica may leave its readiness check unanswered for this long. */
  readonly unhealthyMs: number
  /** A draining replica may finish what it has for this long; its replacement is live this long before its walltime ends. */
  readonly drainMaxMs: number
  /** A replica that nothing has replaced takes nothing new for this long before its walltime ends. */
  readonly drainLeadMs: number
  /** A cluster that has not started or ended what it was asked to is asked again after this long. */
  readonly askAgainMs: number
  /** An observation that is older says nothing. */
  readonly staleMs: number
  /** Replicas that are over are forgotten after this long. */
  readonly keptMs: number
  /** Time to start that is assumed of a model that never did. */
  readonly guessedStartMs: number
}

const second = 1000
const minute = 60 * second

export const defaultPolicy: Policy = {
  targetUse: 0.9,
  stepUp: 8,
  upAfterShare: 0.05,
  upAfterMaxMs: minute,
  calmMs: 45 * minute,
  askedMs: minute,
  evictAfterMs: 5 * minute,
  batchIdleMs: minute,
  stableMs: 10 * minute,
  backoffMs: 15 * second,
  backoffMaxMs: 10 * minute,
  coolDownMs: 5 * minute,
  coolDownMaxMs: 60 * minute,
  unseenMs: 30 * second,
  startRetryMs: 10 * minute,
  unhealthyMs: 5 * minute,
  drainMaxMs: 15 * minute,
  drainLeadMs: minute,
  askAgainMs: minute,
  staleMs: 5 * minute,
  keptMs: 24 * 60 * minute,
  guessedStartMs: 15 * minute,
}
