import type { Route } from '../http/call'
import { callerOf, computeToken } from './access'
import { endpointRoutes } from './endpoint-routes'
import { functionRoutes } from './function-routes'
import { createRateLimiter } from './rate-limit'
import { resultQueueRoutes } from './result-queues'
import type { ComputeState } from './state'
import { taskRoutes } from './task-routes'

/** All of Compute; each request counts against the caller's rate, whatever comes of it. */
export function computeRoutes(compute: ComputeState): readonly Route[] {
  const count = createRateLimiter(compute.clock, () => compute.rate)
  const routes: readonly Route[] = [
    ...endpointRoutes(compute),
    ...functionRoutes(compute),
    ...taskRoutes(compute),
    ...resultQueueRoutes(compute),
  ]
  return routes.map((route) => ({
    ...route,
    handle: (call) => {
      count(callerOf(computeToken(call, compute)))
      return route.handle(call)
    },
  }))
}
