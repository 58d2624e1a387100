import { randomUUID } from 'node:crypto'
import { FirstError, toFirstError } from '@shared/errors'
import type { Timers } from '../local/timers'
import type { ComputeClient } from './compute-client'
import { findLost } from './lost-group'
import type { TaskLedger } from './task-ledger'

/** One request on its way to be a task. */
export interface Waiting {
  readonly endpoint: string
  /** Id of a function. */
  readonly function: string
  /** Packed arguments. */
  readonly payload: string
  /** By which the same request is known again after a restart; absent: it need not be. */
  readonly key?: string
  /** It is large, or must be told from all others: it shares its submission with none. */
  readonly isAlone?: boolean
  readonly isLeft: () => boolean
  reject(cause: FirstError): void
}

export interface SubmissionsDeps<One extends Waiting> {
  readonly client: Pick<ComputeClient, 'submit' | 'taskGroup'>
  readonly cluster: string
  readonly userEndpointConfig?: object | undefined
  /** Milliseconds between two submissions. */
  readonly paceMs: number
  readonly ledger: TaskLedger
  readonly timers: Timers
  readonly signal: AbortSignal
  /** Whether results of what goes now are sent here. */
  readonly isHeard: () => boolean
  /** @param group absent: its results are not sent to a queue */
  readonly onTask: (task: string, group: string | undefined, one: One) => void
  /** Some were submitted. */
  readonly onSubmitted: () => void
}

export interface Submissions<One extends Waiting> {
  add(one: One): void
  /** Those that wait fail. */
  rejectAll(cause: FirstError): void
}

/** What is submitted at once stays below the 10 MB of a submission; one that is larger goes alone, and Globus Compute says so. */
const mostBytes = 8 * 2 ** 20
/** Requests that come together go together. */
const gatherMs = 20

/** One submission at a time, each a task group of its own; what comes meanwhile goes with the next. */
export function createSubmissions<One extends Waiting>({ client, cluster, userEndpointConfig, paceMs, ledger, timers, signal, isHeard, onTask, onSubmitted }: SubmissionsDeps<One>): Submissions<One> {
  let waiting: One[] = []
  let isSubmitting = false
  let submittedAtMs = -Infinity

  const submit = async (batch: readonly One[]): Promise<void> => {
    const group = randomUUID()
    const keys = batch.flatMap(({ key }) => key ?? [])
    const byFunction = new Map<string, One[]>()
    for (const one of batch) byFunction.set(one.function, [...(byFunction.get(one.function) ?? []), one])
    const tasks = Object.fromEntries(Array.from(byFunction, ([id, list]) => [id, list.map(({ payload }) => payload)]))
    // Written before it goes: a crash in between finds it by its group, and submits nothing twice.
    await ledger.begin(group, keys)
    const hasQueue = isHeard()
    try {
      const answer = await client.submit({ endpoint: batch[0]?.endpoint ?? '', taskGroup: group, hasQueue, tasks, userEndpointConfig }, signal)
      const started = [...byFunction].flatMap(([id, list]) => list.map((one, at) => ({ one, task: answer.tasks[id]?.[at] })))
      ledger.named(group, started.flatMap(({ one: { key }, task }) => (key === undefined || task === undefined ? [] : [{ task, key }])))
      for (const { one, task } of started) {
        if (task === undefined) one.reject(new FirstError('upstream_garbled', `Globus Compute took a request for the cluster "${cluster}" and named no task of it.`))
        else onTask(task, hasQueue ? group : undefined, one)
      }
    } catch (cause) {
      await unanswered(group, batch, toFirstError(cause))
    }
  }

  /** The way back may be what failed, after the submission was taken. */
  const unanswered = async (group: string, batch: readonly One[], error: FirstError): Promise<void> => {
    const mayBeTaken = error.code === 'upstream_unreachable' || error.code === 'upstream_garbled' || error.code === 'upstream_error' || error.code === 'shutting_down'
    const [first] = batch
    if (!mayBeTaken || first === undefined) ledger.drop(group)
    else if (signal.aborted) ledger.lost(group)
    else {
      try {
        const task = await findLost(client, { kind: 'group', group, size: batch.length }, signal)
        if (task !== undefined) {
          ledger.named(group, first.key === undefined ? [] : [{ task, key: first.key }])
          onTask(task, undefined, first)
          return
        }
        ledger.drop(group)
      } catch {
        // Whoever asks again looks for it again: `error` says what went wrong.
        ledger.lost(group)
      }
    }
    for (const one of batch) one.reject(error)
  }

  /** A request alone goes nearly at once; a flow of them one submission between two looks. */
  const gather = async (): Promise<void> => {
    const waitMs = Math.min(paceMs, Math.max(gatherMs, submittedAtMs + paceMs - timers.now()))
    await new Promise<void>((resolve) => timers.after(waitMs, resolve))
    submittedAtMs = timers.now()
  }

  const submitAll = async (): Promise<void> => {
    isSubmitting = true
    while (waiting.length > 0) {
      await gather()
      const batch = takeBatch()
      if (batch.length === 0) continue
      await submit(batch)
      onSubmitted()
    }
    isSubmitting = false
  }

  /** Those at the head that go to the same endpoint. */
  const takeBatch = (): One[] => {
    const left = waiting.filter(({ isLeft }) => !isLeft())
    let sizeBytes = 0
    const batch: One[] = []
    for (const one of left) {
      sizeBytes += one.payload.length
      if (one.endpoint !== left[0]?.endpoint || (batch.length > 0 && (sizeBytes > mostBytes || one.isAlone === true))) break
      batch.push(one)
      if (one.isAlone === true) break
    }
    waiting = left.slice(batch.length)
    return batch
  }

  return {
    add(one) {
      waiting.push(one)
      if (!isSubmitting) void submitAll()
    },
    rejectAll(cause) {
      for (const one of waiting) one.reject(cause)
      waiting = []
    },
  }
}
