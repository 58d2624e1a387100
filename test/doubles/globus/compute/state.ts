import type { AuthState } from '../auth/state'
import type { Clock } from '../clock'
import type { Broker } from './broker/broker'
import { createEndpoints, type ComputeEndpoint, type Endpoints } from './endpoints'
import type { RegisteredFunction } from './functions'
import type { Python } from './python'
import { resultMessage, queueOf } from './result-queues'
import { usualRate, type RateLimit } from './rate-limit'
import { createTasks, usualTaskLimits, type TaskLimits, type Tasks } from './tasks'

/** What Globus Compute remembers. */
export interface ComputeState {
  readonly auth: AuthState
  readonly clock: Clock
  readonly endpoints: Endpoints
  readonly tasks: Tasks
  readonly functions: Map<string, RegisteredFunction>
  /** Bodies of submissions, as they came. */
  readonly submissions: object[]
  /** Absent: as where there are no queues of results. */
  readonly broker: Broker | undefined
  limits: TaskLimits
  rate: RateLimit | undefined
}

export interface ComputeDeps {
  readonly auth: AuthState
  readonly clock: Clock
  readonly endpoints: readonly ComputeEndpoint[]
  readonly python: Python
  readonly broker: Broker | undefined
  readonly closing: Promise<void>
}

export function createComputeState({ auth, clock, endpoints: first, python, broker, closing }: ComputeDeps): ComputeState {
  const endpoints = createEndpoints(first, clock)
  const state: ComputeState = {
    auth,
    clock,
    endpoints,
    tasks: createTasks({ clock, endpoints, python, closing, limits: () => state.limits, onEnded: (task) => broker?.publish(queueOf(task.owner, task.groupId), resultMessage(task)) }),
    functions: new Map(),
    submissions: [],
    broker,
    limits: usualTaskLimits,
    rate: usualRate,
  }
  return state
}
