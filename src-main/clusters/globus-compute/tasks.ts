import { randomUUID } from 'node:crypto'
import { FirstError, toFirstError } from '@shared/errors'
import type { Timers } from '../local/timers'
import type { TaskAnswer } from './answers'
import { errorOfTask } from './compute-error'
import type { ComputeClient } from './compute-client'
import type { TaskLedger } from './task-ledger'

export interface TasksDeps {
  readonly client: ComputeClient
  readonly cluster: string
  readonly userEndpointConfig?: object | undefined
  /** Milliseconds between two looks at a task that is new. */
  readonly pollMs: number
  readonly ledger: TaskLedger
  readonly timers: Timers
}

export interface TaskToRun {
  readonly endpoint: string
  /** Id of a function. */
  readonly function: string
  /** Packed arguments. */
  readonly payload: string
  /** By which the same request is known again after a restart; absent: it need not be. */
  readonly key?: string
}

export interface Tasks {
  /** Submits with what else waits, and looks until it has ended. @returns the result as it was written; throws a `FirstError` */
  run(task: TaskToRun, signal: AbortSignal): Promise<string>
  /** Those that nobody has heard the end of fail here; after a restart they are taken up. */
  close(): void
}

interface Waiting extends TaskToRun {
  readonly isLeft: () => boolean
  resolve(result: string): void
  reject(cause: FirstError): void
}

interface Running extends Waiting {
  /** Of an earlier start: where it is not known any more, it is submitted again. */
  readonly isAdopted: boolean
  /** Since when Globus Compute does not speak of it, or not at all. */
  silentSinceMs: number | undefined
}

/** What is submitted at once stays below the 10 MB of a submission; one that is larger goes alone, and Globus Compute says so. */
const mostBytes = 8 * 2 ** 20
/** Asked about at once: with results of the greatest size the answer still fits. */
const mostTasks = 100
/** Requests that come together go together. */
const gatherMs = 20
const slowestPollMs = 10_000
const slowing = 1.25
const silenceMs = 60_000

/** Submissions and looks in batches: one of each is under way at a time, and what comes meanwhile goes with the next. */
export function createTasks({ client, cluster, userEndpointConfig, pollMs, ledger, timers }: TasksDeps): Tasks {
  const closing = new AbortController()
  const taskGroup = randomUUID()
  let waiting: Waiting[] = []
  const running = new Map<string, Running>()
  let isSubmitting = false
  let isPolling = false
  let cancelPoll: (() => void) | undefined
  let delayMs = pollMs
  let scheduledMs = pollMs
  let submittedAtMs = -Infinity

  const submit = async (batch: readonly Waiting[]): Promise<void> => {
    const byFunction = new Map<string, Waiting[]>()
    for (const one of batch) byFunction.set(one.function, [...(byFunction.get(one.function) ?? []), one])
    const tasks = Object.fromEntries(Array.from(byFunction, ([id, list]) => [id, list.map(({ payload }) => payload)]))
    try {
      const answer = await client.submit({ endpoint: batch[0]?.endpoint ?? '', taskGroup, tasks, userEndpointConfig }, closing.signal)
      for (const [id, list] of byFunction)
        for (const [at, one] of list.entries()) {
          const task = answer.tasks[id]?.[at]
          if (task === undefined) one.reject(new FirstError('upstream_garbled', `Globus Compute took a request for the cluster "${cluster}" and named no task of it.`))
          else start(task, one)
        }
    } catch (cause) {
      for (const one of batch) one.reject(toFirstError(cause))
    }
  }

  /** A request alone goes nearly at once; a flow of them one submission between two looks. */
  const gather = async (): Promise<void> => {
    const waitMs = Math.min(pollMs, Math.max(gatherMs, submittedAtMs + pollMs - timers.now()))
    await new Promise<void>((resolve) => timers.after(waitMs, resolve))
    submittedAtMs = timers.now()
  }

  const start = (task: string, one: Waiting): void => {
    running.set(task, { ...one, isAdopted: false, silentSinceMs: undefined })
    if (one.key !== undefined) ledger.add(task, one.key)
  }

  const forget = (task: string): void => {
    running.delete(task)
    ledger.remove(task)
  }

  const submitAll = async (): Promise<void> => {
    isSubmitting = true
    while (waiting.length > 0) {
      await gather()
      const batch = takeBatch()
      if (batch.length === 0) continue
      await submit(batch)
      delayMs = pollMs
      schedule()
    }
    isSubmitting = false
  }

  /** Those at the head that go to the same endpoint. */
  const takeBatch = (): Waiting[] => {
    const left = waiting.filter(({ isLeft }) => !isLeft())
    let sizeBytes = 0
    const batch: Waiting[] = []
    for (const one of left) {
      sizeBytes += one.payload.length
      if (one.endpoint !== left[0]?.endpoint || (batch.length > 0 && sizeBytes > mostBytes)) break
      batch.push(one)
    }
    waiting = left.slice(batch.length)
    return batch
  }

  const schedule = (): void => {
    if (running.size === 0 || isPolling || closing.signal.aborted) return
    // A look that comes soon enough stays, or a steady flow of submissions would put it off for ever.
    if (cancelPoll !== undefined && scheduledMs <= delayMs) return
    cancelPoll?.()
    scheduledMs = delayMs
    cancelPoll = timers.after(delayMs, () => void poll())
  }

  const poll = async (): Promise<void> => {
    isPolling = true
    cancelPoll = undefined
    for (const [id, { isLeft }] of running) if (isLeft()) forget(id)
    const ids = [...running.keys()]
    let hasEnded = false
    for (let at = 0; at < ids.length; at += mostTasks) hasEnded = (await look(ids.slice(at, at + mostTasks))) || hasEnded
    delayMs = hasEnded ? pollMs : Math.min(slowestPollMs, delayMs * slowing)
    isPolling = false
    schedule()
  }

  const look = async (ids: readonly string[]): Promise<boolean> => {
    try {
      const outcomes = await client.outcomes(ids, closing.signal)
      return ids.map((id) => settle(id, outcomes[id])).includes(true)
    } catch (cause) {
      // A network that is away for a moment ends no task; a sign-in that is needed is said at once.
      const error = toFirstError(cause)
      const isLasting = error.kind.retry === 'never' || error.code === 'sign_in_needed'
      for (const id of ids) (isLasting ? end : keepSilent)(id, error)
      return false
    }
  }

  const end = (id: string, cause: FirstError): void => {
    running.get(id)?.reject(cause)
    forget(id)
  }

  const keepSilent = (id: string, cause: FirstError): void => {
    const one = running.get(id)
    if (one === undefined) return
    one.silentSinceMs ??= timers.now()
    if (timers.now() - one.silentSinceMs >= silenceMs) end(id, cause)
  }

  /** @returns whether it has ended */
  const settle = (id: string, task: TaskAnswer | undefined): boolean => {
    const one = running.get(id)
    if (one === undefined) return false
    if (task === undefined && one.isAdopted) {
      forget(id)
      queue(one)
      return true
    }
    if (task === undefined) {
      keepSilent(id, new FirstError('upstream_error', `Globus Compute does not know a task of the cluster "${cluster}" any more.`))
      return false
    }
    one.silentSinceMs = undefined
    if (task.status !== 'success' && task.status !== 'failed') return false
    if (task.status === 'success' && typeof task.result === 'string') one.resolve(task.result)
    else one.reject(errorOfTask(task.exception ?? task.reason ?? '', cluster))
    forget(id)
    return true
  }

  const queue = (one: Waiting): void => {
    waiting.push(one)
    if (!isSubmitting) void submitAll()
  }

  return {
    async run(task, signal) {
      const adopted = task.key === undefined ? undefined : await ledger.adopt(task.key)
      return new Promise((resolve, reject) => {
        signal.throwIfAborted()
        closing.signal.throwIfAborted()
        const leave = (): void => reject(signal.reason as Error)
        const settled = (): void => signal.removeEventListener('abort', leave)
        signal.addEventListener('abort', leave, { once: true })
        const one: Waiting = {
          ...task,
          isLeft: () => signal.aborted,
          resolve(result) {
            settled()
            resolve(result)
          },
          reject(cause) {
            settled()
            reject(cause)
          },
        }
        if (adopted === undefined) queue(one)
        else {
          running.set(adopted, { ...one, isAdopted: true, silentSinceMs: undefined })
          schedule()
        }
      })
    },
    close() {
      const gone = new FirstError('shutting_down', `The cluster "${cluster}" was closed.`)
      closing.abort(gone)
      cancelPoll?.()
      for (const one of [...waiting, ...running.values()]) one.reject(gone)
      waiting = []
      running.clear()
    },
  }
}
