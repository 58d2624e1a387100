import { FirstError } from '@shared/errors'
import type { ObservedReplica, ReplicaHost, StartRequest } from '@main/clusters/replica-host'

/** A place for replicas that does what a test tells it to: what it was asked, and what it shows when it is asked. */
export interface ScriptedHost extends ReplicaHost {
  readonly started: readonly StartRequest[]
  readonly stopped: readonly string[]
  /** Times that it was asked what is there. */
  readonly looks: number
  /** Puts something of ours there, or changes it. */
  show(replica: ObservedReplica): void
  /** Shows it no more. */
  hide(id: string): void
  /** While set, starts are refused with it. */
  refuseStarts(error: FirstError | undefined): void
  /** While set, stops are refused with it. */
  refuseStops(error: FirstError | undefined): void
  /** From now on starts are taken only once what this returns is called. */
  holdStarts(): () => void
  /** The same of stops: they are asked for, and have no answer. */
  holdStops(): () => void
  /** While true, stops are taken, and what they are of stays there. */
  lingers(isSo: boolean): void
  /** While true, starts are taken and nobody is told. */
  loseAnswers(isLost: boolean): void
  /** While true, it cannot be asked. */
  setAway(isAway: boolean): void
}

function createGate(): { readonly isOpen: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const isOpen = new Promise<void>((resolve) => (open = resolve))
  return { isOpen, open: () => open() }
}

export function createScriptedHost(): ScriptedHost {
  const shown = new Map<string, ObservedReplica>()
  const started: StartRequest[] = []
  const stopped: string[] = []
  let refusal: FirstError | undefined
  let stopRefusal: FirstError | undefined
  let isAway = false
  let isLost = false
  let doesLinger = false
  let looks = 0
  let mayStart = Promise.resolve()
  let mayStop = Promise.resolve()
  return {
    started,
    stopped,
    get looks() {
      return looks
    },
    lingers: (isSo) => void (doesLinger = isSo),
    show: (replica) => void shown.set(replica.handle, replica),
    hide(id) {
      for (const replica of shown.values()) if (replica.id === id) shown.delete(replica.handle)
    },
    refuseStarts: (error) => void (refusal = error),
    refuseStops: (error) => void (stopRefusal = error),
    holdStarts() {
      const { isOpen, open } = createGate()
      mayStart = isOpen
      return open
    },
    holdStops() {
      const { isOpen, open } = createGate()
      mayStop = isOpen
      return open
    },
    loseAnswers: (lost) => void (isLost = lost),
    setAway: (away) => void (isAway = away),
    async start(request) {
      if (refusal !== undefined) throw refusal
      started.push(request)
      await mayStart
      const handle = `job-${request.id}`
      if (![...shown.values()].some(({ id }) => id === request.id)) shown.set(handle, { id: request.id, handle, state: 'queued', reason: 'It waits for its turn.' })
      if (isLost) throw new FirstError('upstream_unreachable', 'The connection was lost.')
      return handle
    },
    async stop(handle) {
      stopped.push(handle)
      await mayStop
      if (stopRefusal !== undefined) throw stopRefusal
      if (!doesLinger) shown.delete(handle)
    },
    observe() {
      looks += 1
      return isAway ? Promise.reject(new FirstError('upstream_unreachable', 'The cluster does not answer.')) : Promise.resolve([...shown.values()])
    },
    logTail: () => Promise.resolve('the last words\n'),
    capacity: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  }
}
