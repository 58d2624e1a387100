import type { AuthState } from '../auth/state'
import type { Clock } from '../clock'
import { createEndpoints, type ComputeEndpoint, type Endpoints } from './endpoints'
import type { RegisteredFunction } from './functions'
import type { Python } from './python'
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
  limits: TaskLimits
  rate: RateLimit | undefined
}

export interface ComputeDeps {
  readonly auth: AuthState
  readonly clock: Clock
  readonly endpoints: readonly ComputeEndpoint[]
  readonly python: Python
  readonly closing: Promise<void>
}

export function createComputeState({ auth, clock, endpoints: first, python, closing }: ComputeDeps): ComputeState {
  const endpoints = createEndpoints(first, clock)
  const state: ComputeState = {
    auth,
    clock,
    endpoints,
    tasks: createTasks({ clock, endpoints, python, closing, limits: () => state.limits }),
    functions: new Map(),
    submissions: [],
    limits: usualTaskLimits,
    rate: usualRate,
  }
  return state
}
