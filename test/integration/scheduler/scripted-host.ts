import { FirstError } from '@shared/errors'
import type { ObservedReplica, ReplicaHost, StartRequest } from '@main/clusters/replica-host'

/** A place for replicas that does what a test tells it to: what it was asked, and what it shows when it is asked. */
export interface ScriptedHost extends ReplicaHost {
  readonly started: readonly StartRequest[]
  readonly stopped: readonly string[]
  /** Puts something of ours there, or changes it. */
  show(replica: ObservedReplica): void
  /** Shows it no more. */
  hide(id: string): void
  /** While set, starts are refused with it. */
  refuseStarts(error: FirstError | undefined): void
  /** While true, it cannot be asked. */
  setAway(isAway: boolean): void
}

export function createScriptedHost(): ScriptedHost {
  const shown = new Map<string, ObservedReplica>()
  const started: StartRequest[] = []
  const stopped: string[] = []
  let refusal: FirstError | undefined
  let isAway = false
  return {
    started,
    stopped,
    show: (replica) => void shown.set(replica.id, replica),
    hide: (id) => void shown.delete(id),
    refuseStarts: (error) => void (refusal = error),
    setAway: (away) => void (isAway = away),
    start(request) {
      if (refusal !== undefined) return Promise.reject(refusal)
      started.push(request)
      const handle = `job-${request.id}`
      if (!shown.has(request.id)) shown.set(request.id, { id: request.id, handle, state: 'queued', reason: 'It waits for its turn.' })
      return Promise.resolve(handle)
    },
    stop(handle) {
      stopped.push(handle)
      for (const [id, replica] of shown) if (replica.handle === handle) shown.delete(id)
      return Promise.resolve()
    },
    observe: () => (isAway ? Promise.reject(new FirstError('upstream_unreachable', 'The cluster does not answer.')) : Promise.resolve([...shown.values()])),
    logTail: () => Promise.resolve('the last words\n'),
    capacity: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  }
}
