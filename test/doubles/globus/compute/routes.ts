import type { Route } from '../http/call'
import { callerOf, computeToken } from './access'
import { endpointRoutes } from './endpoint-routes'
import { computeError } from './errors'
import { functionRoutes } from './function-routes'
import { createRateLimiter } from './rate-limit'
import type { ComputeState } from './state'
import { taskRoutes } from './task-routes'

/** All of Compute; each request counts against the caller's rate, whatever comes of it. */
export function computeRoutes(compute: ComputeState): readonly Route[] {
  const count = createRateLimiter(compute.clock, () => compute.rate)
  const routes: readonly Route[] = [
    ...endpointRoutes(compute),
    ...functionRoutes(compute),
    ...taskRoutes(compute),
    {
      // There is no broker here, as where a site's firewall lets none through: results are polled for.
      method: 'GET',
      path: '/v2/get_amqp_result_connection_url',
      handle: (call) => {
        computeToken(call, compute)
        throw computeError(503, 'RESULT_QUEUE_UNAVAILABLE', 'Result queues are not available.')
      },
    },
  ]
  return routes.map((route) => ({
    ...route,
    handle: (call) => {
      count(callerOf(computeToken(call, compute)))
      return route.handle(call)
    },
  }))
}
