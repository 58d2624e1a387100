import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock'
import type { Endpoints } from './endpoints'
import { readCode, readPayload, type RegisteredFunction } from './functions'
import type { Python, PythonCall, PythonOutcome } from './python'

export type TaskStatus = 'received' | 'waiting-for-ep' | 'waiting-for-nodes' | 'waiting-for-launch' | 'running' | 'success' | 'failed'

export interface ComputeTask {
  readonly id: string
  readonly groupId: string
  readonly endpoint: string
  readonly owner: string
  readonly function: RegisteredFunction
  readonly payload: string
  readonly forms: PythonCall['forms']
  readonly submittedAtS: number
  status: TaskStatus
  outcome: PythonOutcome | undefined
  completedAtS: number | undefined
  isFetched: boolean
}

export interface Tasks {
  submit(task: Pick<ComputeTask, 'groupId' | 'endpoint' | 'owner' | 'function' | 'payload' | 'forms'>): ComputeTask
  /** Undefined when there is none, or nobody came for its result in time. */
  find(id: string): ComputeTask | undefined
  inGroup(groupId: string): ComputeTask[]
  all(): ComputeTask[]
  /** Goes on with what waits, as far as it can. */
  move(): void
  /** Resolves when nothing runs or is about to. */
  idle(): Promise<void>
}

export interface TaskLimits {
  readonly payloadBytes: number
  readonly resultBytes: number
  /** Seconds after completion that a result waits to be fetched. */
  readonly abandonS: number
}

/** 10 MB, 30 minutes: wire/globus.md. */
export const usualTaskLimits: TaskLimits = { payloadBytes: 10 * 1024 * 1024, resultBytes: 10 * 1024 * 1024, abandonS: 30 * 60 }

export interface TaskDeps {
  readonly clock: Clock
  readonly endpoints: Endpoints
  readonly python: Python
  readonly limits: () => TaskLimits
  readonly onEnded: (task: ComputeTask) => void
  /** Resolves when the double closes: what is held goes no further. */
  readonly closing: Promise<void>
}

export function createTasks({ clock, endpoints, python, limits, onEnded, closing }: TaskDeps): Tasks {
  const tasks = new Map<string, ComputeTask>()
  const runs = new Set<Promise<void>>()

  const finish = (task: ComputeTask, outcome: PythonOutcome): void => {
    const isTooLarge = 'result' in outcome && Buffer.byteLength(outcome.result) > limits().resultBytes
    task.outcome = isTooLarge ? { exception: `Traceback (most recent call last):\nMaxResultSizeExceeded: the result is larger than ${limits().resultBytes} bytes\n` } : outcome
    task.status = 'exception' in task.outcome ? 'failed' : 'success'
    task.completedAtS = clock.nowS()
    onEnded(task)
  }

  const run = async (task: ComputeTask): Promise<void> => {
    const endpoint = endpoints.find(task.endpoint)
    if (endpoint?.holdUntil !== undefined) {
      const isClosing = await Promise.race([endpoint.holdUntil.then(() => false), closing.then(() => true)])
      if (isClosing) return
    }
    task.status = 'running'
    const forms = endpoint?.resultForm === undefined || endpoint.resultForm === 'asked' ? task.forms : [endpoint.resultForm]
    let call: PythonCall
    try {
      call = { ...readCode(task.function.code), ...readPayload(task.payload), forms }
    } catch (cause) {
      finish(task, { exception: `Traceback (most recent call last):\nDeserializationError: ${String(cause)}\n` })
      return
    }
    finish(task, await python.run(call, endpoint?.environment ?? {}))
  }

  const waitsFor = (task: ComputeTask): TaskStatus => {
    if (endpoints.find(task.endpoint)?.isOnline === false) return 'waiting-for-ep'
    endpoints.askForNodes(task.endpoint)
    return endpoints.managers(task.endpoint) === 0 ? 'waiting-for-nodes' : 'waiting-for-launch'
  }

  const move = (): void => {
    for (const task of tasks.values()) {
      if (task.status !== 'received' && task.status !== 'waiting-for-ep' && task.status !== 'waiting-for-nodes') continue
      task.status = waitsFor(task)
      if (task.status !== 'waiting-for-launch') continue
      const one = run(task).finally(() => runs.delete(one))
      runs.add(one)
    }
  }

  const isAbandoned = ({ completedAtS, isFetched }: ComputeTask): boolean => completedAtS !== undefined && !isFetched && clock.nowS() - completedAtS > limits().abandonS

  return {
    submit(asked) {
      const task: ComputeTask = { ...asked, id: randomUUID(), submittedAtS: clock.nowS(), status: 'received', outcome: undefined, completedAtS: undefined, isFetched: false }
      tasks.set(task.id, task)
      return task
    },
    find(id) {
      const task = tasks.get(id)
      return task === undefined || isAbandoned(task) ? undefined : task
    },
    inGroup: (groupId) => [...tasks.values()].filter((task) => task.groupId === groupId),
    all: () => [...tasks.values()],
    move,
    async idle() {
      while (runs.size > 0) await Promise.all(runs)
    },
  }
}
