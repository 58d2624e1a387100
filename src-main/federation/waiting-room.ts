import { FirstError } from '@shared/errors'
import type { Directory } from './directory'

/** One turn of a request that waits for a model. */
export interface Ticket {
  /** As the request names it. */
  readonly model: string
  /** The batch whose request it is; absent: of a person or a program. */
  readonly batch?: string | undefined
  /** It waits for a replica that its batch has for itself. */
  readonly hasOwn?: boolean
  /** Why no place has served it yet. */
  readonly failure: FirstError
  /** Milliseconds, of the room's clock: when the request came. */
  readonly sinceMs: number
  readonly signal: AbortSignal
}

export interface WaitingRoom {
  /**
   * Resolves when the places of a model are worth asking again: at a change of the directory that concerns it, or after the failure's
   * Retry-After (backoff otherwise).
   * @throws FirstError `queue_full` when too many wait, where the last to come go first; the failure itself when it is none that passes in
   * time, or the time is over; the signal's reason when aborted.
   */
  wait(ticket: Ticket): Promise<void>
  /** Requests that wait now, by model. @param isMeant of which line; absent: all */
  counts(isMeant?: (line: Pick<Ticket, 'batch' | 'hasOwn'>) => boolean): ReadonlyMap<string, number>
}

export interface WaitingRoomDeps {
  readonly directory: Pick<Directory, 'candidates' | 'onChange'>
  readonly settings: () => { readonly waitingPerModel: number; readonly waitS: number }
  /** Milliseconds; never runs backwards. */
  readonly clock: () => number
  /** Calls back once; returns how to cancel that. */
  readonly after?: (ms: number, callback: () => void) => () => void
  /** From 0 to 1. */
  readonly random?: () => number
}

interface Waiter {
  readonly sinceMs: number
  /** Ends the wait; absent: in good order. */
  readonly settle: (reason?: Error) => void
}

/** Those who wait for the same: people and programs together, each batch by itself, so that it takes nobody's place in the line. */
interface Queue extends Pick<Ticket, 'model' | 'batch' | 'hasOwn'> {
  /** What the directory said of the model's places. */
  seen: string
  readonly waiters: Set<Waiter>
}

/** Milliseconds between two tries where no place named a time: half of what was waited already, within these. */
const [shortestWaitMs, longestWaitMs] = [1_000, 15_000]
/** Those who wait for the same moment do not all come in it. */
const [spreadShare, longestSpreadMs] = [0.1, 2_000]

/** No id of a model has a line break. */
const keyOf = ({ model, batch = '', hasOwn = false }: Pick<Ticket, 'model' | 'batch' | 'hasOwn'>): string => [model, batch, hasOwn].join('\n')

const realAfter = (ms: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}

/** Whether waiting can help: the model is starting, or its places have too much to do. */
export function passes({ code, kind, retryAfterS }: FirstError): boolean {
  return code === 'model_loading' || code === 'too_many_requests' || (retryAfterS !== undefined && kind.retry === 'elsewhere')
}

/** Where requests wait, a bounded number for each model and each for a bounded time, until asking again is of use. */
export function createWaitingRoom({ directory, settings, clock, after = realAfter, random = Math.random }: WaitingRoomDeps): WaitingRoom {
  const queues = new Map<string, Queue>()
  let unsubscribe: (() => void) | undefined

  const look = ({ model, batch }: Pick<Ticket, 'model' | 'batch'>): string => {
    try {
      return directory.candidates(model, undefined, undefined, undefined, batch).map(({ key, info }) => `${key} ${info.status}`).join('\n')
    } catch (cause) {
      if (cause instanceof FirstError) return cause.code
      throw cause
    }
  }

  const onChange = (): void => {
    for (const queue of queues.values()) {
      const seen = look(queue)
      if (seen === queue.seen) continue
      queue.seen = seen
      for (const waiter of [...queue.waiters].sort((a, b) => a.sinceMs - b.sinceMs)) waiter.settle()
    }
  }

  const enter = (ticket: Ticket, waiter: Waiter): void => {
    const { model, batch, hasOwn = false } = ticket
    const queue = queues.get(keyOf(ticket)) ?? { model, batch, hasOwn, seen: look(ticket), waiters: new Set() }
    queues.set(keyOf(ticket), queue)
    queue.waiters.add(waiter)
    unsubscribe ??= directory.onChange(onChange)
  }

  const leave = (ticket: Ticket, waiter: Waiter): void => {
    const queue = queues.get(keyOf(ticket))
    if (queue?.waiters.delete(waiter) !== true || queue.waiters.size > 0) return
    queues.delete(keyOf(ticket))
    if (queues.size > 0) return
    unsubscribe?.()
    unsubscribe = undefined
  }

  /** @throws FirstError `queue_full`, unless somebody who came later can go. */
  const makeRoom = (ticket: Ticket, bound: number): void => {
    const { model, sinceMs } = ticket
    const waiters = queues.get(keyOf(ticket))?.waiters
    if (waiters === undefined || waiters.size < bound) return
    const last = [...waiters].reduce((a, b) => (b.sinceMs > a.sinceMs ? b : a))
    const full = new FirstError('queue_full', `${bound} requests wait for the model "${model}" already.`, { retryAfterS: Math.ceil(longestWaitMs / 1000), info: { model, waiting: bound } })
    if (last.sinceMs <= sinceMs) throw full
    last.settle(full)
  }

  return {
    async wait(ticket) {
      const { failure, sinceMs, signal } = ticket
      signal.throwIfAborted()
      const { waitingPerModel, waitS } = settings()
      const waitedMs = clock() - sinceMs
      const leftMs = waitS * 1000 - waitedMs
      if (leftMs <= 0 || waitingPerModel === 0 || !passes(failure)) throw failure
      const wishedMs = failure.retryAfterS === undefined ? Math.min(longestWaitMs, Math.max(shortestWaitMs, waitedMs / 2)) : failure.retryAfterS * 1000
      // The directory may yet say that a model came alive before its time; that a place has room again it never says.
      if (wishedMs > leftMs && failure.code !== 'model_loading' && failure.retryAfterS !== undefined) throw failure
      makeRoom(ticket, waitingPerModel)
      const wakeMs = wishedMs + random() * Math.min(longestSpreadMs, spreadShare * wishedMs)

      await new Promise<void>((resolve, reject) => {
        const waiter: Waiter = {
          sinceMs,
          settle(reason) {
            leave(ticket, waiter)
            signal.removeEventListener('abort', onAbort)
            cancel()
            if (reason === undefined) resolve()
            else reject(reason)
          },
        }
        const onAbort = (): void => waiter.settle(signal.reason as Error)
        const cancel = after(Math.min(wakeMs, leftMs), () => waiter.settle(wakeMs < leftMs ? undefined : failure))
        signal.addEventListener('abort', onAbort)
        enter(ticket, waiter)
      })
    },
    counts(isMeant = () => true) {
      const counts = new Map<string, number>()
      for (const { model, waiters, ...line } of queues.values()) if (isMeant(line)) counts.set(model, (counts.get(model) ?? 0) + waiters.size)
      return counts
    },
  }
}
