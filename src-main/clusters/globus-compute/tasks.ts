import { FirstError, toFirstError } from '@shared/errors'
import type { Timers } from '../local/timers'
import { connectAmqp, type ConnectAmqp } from './amqp-connection'
import type { TaskAnswer } from './answers'
import { errorOfTask } from './compute-error'
import type { ComputeClient } from './compute-client'
import { adoptTask } from './lost-group'
import { createResultQueue } from './result-queue'
import { createSubmissions, type Waiting } from './submissions'
import type { TaskLedger } from './task-ledger'

export interface TasksDeps {
  readonly client: ComputeClient
  readonly cluster: string
  readonly userEndpointConfig?: object | undefined
  /** Milliseconds between two looks at a task that is new. */
  readonly pollMs: number
  readonly ledger: TaskLedger
  readonly timers: Timers
  readonly connect?: ConnectAmqp | undefined
}

export interface TaskToRun extends Pick<Waiting, 'endpoint' | 'function' | 'payload' | 'key' | 'isAlone'> {
  /** Resolves when the result is safe: only then is it acknowledged, and the task forgotten. */
  readonly keep?: (result: string) => Promise<void>
}

export interface Tasks {
  /** Submits with what else waits, and looks until it has ended. @returns the result as it was written; throws a `FirstError` */
  run(task: TaskToRun, signal: AbortSignal): Promise<string>
  /** Some will come soon. */
  wake(): void
  /** Those that nobody has heard the end of fail here; after a restart they are taken up. */
  close(): Promise<void>
}

interface Asked extends Waiting, Pick<TaskToRun, 'keep'> {
  resolve(result: string): void
}

interface Running extends Asked {
  /** Of an earlier start: where it is not known any more, it is submitted again. */
  readonly isAdopted: boolean
  /** Whose queue has its result. */
  readonly group: string | undefined
  /** Since when Globus Compute does not speak of it, or not at all. */
  silentSinceMs: number | undefined
  /** Its result is being kept. */
  isEnding?: boolean
}

/** Asked about at once: with results of the greatest size the answer still fits. */
const mostTasks = 100
const slowestPollMs = 10_000
const slowing = 1.25
const silenceMs = 60_000
/** A result that is sent may be lost all the same. */
const heardPollMs = 60_000

/** Submissions and looks in batches: one of each is under way at a time, and what comes meanwhile goes with the next. */
export function createTasks({ client, cluster, userEndpointConfig, pollMs, ledger, timers, connect = connectAmqp }: TasksDeps): Tasks {
  const closing = new AbortController()
  const running = new Map<string, Running>()
  let isPolling = false
  let cancelPoll: (() => void) | undefined
  let delayMs = pollMs
  let scheduledMs = pollMs

  const queue = createResultQueue({
    ask: (signal) => client.resultQueue(signal),
    connect,
    timers,
    onResult(task, answer, acknowledge) {
      // Of a caller that has left.
      if (running.has(task)) settle(task, answer, acknowledge)
      else acknowledge()
    },
    onLost() {
      delayMs = pollMs
      schedule()
    },
  })

  const submissions = createSubmissions<Asked>({
    client,
    cluster,
    userEndpointConfig,
    paceMs: pollMs,
    ledger,
    timers,
    signal: closing.signal,
    isHeard: () => queue.isOpen(),
    onTask(task, group, one) {
      if (group !== undefined && !inGroup(group)) queue.listen(group)
      running.set(task, { ...one, isAdopted: false, group, silentSinceMs: undefined })
    },
    onSubmitted() {
      delayMs = pollMs
      schedule()
    },
  })

  const inGroup = (asked: string): boolean => [...running.values()].some(({ group }) => group === asked)
  const take = (task: string): void => {
    const group = running.get(task)?.group
    running.delete(task)
    if (group !== undefined && !inGroup(group)) queue.leave(group)
  }
  const forget = (task: string): void => {
    take(task)
    ledger.remove(task)
  }

  const schedule = (): void => {
    if (running.size === 0 || isPolling || closing.signal.aborted) return
    const isHeard = [...running.values()].every(({ group }) => group !== undefined && queue.hears(group))
    const waitMs = isHeard ? heardPollMs : delayMs
    // A look that comes soon enough stays, or a steady flow of submissions would put it off for ever.
    if (cancelPoll !== undefined && scheduledMs <= waitMs) return
    cancelPoll?.()
    scheduledMs = waitMs
    cancelPoll = timers.after(waitMs, () => void poll())
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
      for (const id of ids) if (isLasting || hasBeenSilent(id)) setAside(id, error)
      return false
    }
  }

  /** It goes on there: the same request, asked again, takes it up. */
  const setAside = (id: string, cause: FirstError): void => {
    const one = running.get(id)
    take(id)
    if (one?.key !== undefined) ledger.giveBack(one.key, { kind: 'task', task: id })
    one?.reject(cause)
  }

  const hasBeenSilent = (id: string): boolean => {
    const one = running.get(id)
    if (one === undefined) return false
    one.silentSinceMs ??= timers.now()
    return timers.now() - one.silentSinceMs >= silenceMs
  }

  /** @returns whether it has ended */
  const settle = (id: string, task: TaskAnswer | undefined, acknowledge?: () => void): boolean => {
    const one = running.get(id)
    if (one === undefined) return false
    if (task === undefined && one.isAdopted) {
      forget(id)
      submissions.add(one)
      return true
    }
    if (task === undefined) {
      if (!hasBeenSilent(id)) return false
      forget(id)
      one.reject(new FirstError('upstream_error', `Globus Compute does not know a task of the cluster "${cluster}" any more.`))
      return true
    }
    one.silentSinceMs = undefined
    if (task.status !== 'success' && task.status !== 'failed') return false
    if (one.isEnding) return true
    one.isEnding = true
    void finish(id, one, task, acknowledge)
    return true
  }

  const finish = async (id: string, one: Running, { status, result, exception, reason }: TaskAnswer, acknowledge?: () => void): Promise<void> => {
    try {
      if (status === 'success' && typeof result === 'string') {
        await one.keep?.(result)
        one.resolve(result)
      } else one.reject(errorOfTask(exception ?? reason ?? '', cluster))
      acknowledge?.()
      forget(id)
    } catch (cause) {
      setAside(id, toFirstError(cause))
    }
  }

  return {
    async run(task, signal) {
      signal.throwIfAborted()
      const adopted = task.key === undefined ? undefined : await adoptTask({ client, ledger }, task.key, AbortSignal.any([signal, closing.signal]))
      return new Promise((resolve, reject) => {
        signal.throwIfAborted()
        closing.signal.throwIfAborted()
        const leave = (): void => reject(signal.reason as Error)
        const settled = (): void => signal.removeEventListener('abort', leave)
        signal.addEventListener('abort', leave, { once: true })
        const one: Asked = {
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
        if (adopted === undefined) submissions.add(one)
        else {
          running.set(adopted, { ...one, isAdopted: true, group: undefined, silentSinceMs: undefined })
          schedule()
        }
      })
    },
    wake: () => queue.wake(),
    close() {
      const gone = new FirstError('shutting_down', `The cluster "${cluster}" was closed.`)
      closing.abort(gone)
      cancelPoll?.()
      submissions.rejectAll(gone)
      for (const one of running.values()) one.reject(gone)
      running.clear()
      return queue.close()
    },
  }
}
