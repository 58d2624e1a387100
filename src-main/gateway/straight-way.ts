import { createServer, type RequestListener, type Server } from 'node:http'
import { doorOf, shapeOf } from './call'
import type { Calls } from './calls'
import type { Gateway } from './gateway'
import type { OriginGuard } from './origin-guard'
import { routes } from './routes'
import { commonHeaders } from './common-headers'

export interface StraightWayDeps {
  readonly gateway: Gateway
  readonly calls: Calls
  readonly guard: OriginGuard
  readonly newRequestId: () => string
  readonly isStopping: () => boolean
}

/**
 * A server that takes the requests of programs to federated models by itself, since the life cycle of Fastify costs them as much as all
 * stages of the gateway before they are sent on. Everything else, all that is to be refused and all that comes from pages is for
 * `otherwise`, which knows the same routes.
 */
export function createStraightServer({ gateway, calls, guard, newRequestId, isStopping }: StraightWayDeps, otherwise: RequestListener): Server {
  const ways = new Map(
    routes.flatMap((route) => {
      if (route.serve !== 'infer' || route.path.includes(':')) return []
      const { path } = route
      return [[path, { handle: gateway.infer(route.operation), place: { route: path, door: doorOf(path), shape: shapeOf(path), params: {} } }] as const]
    }),
  )
  return createServer((request, response) => {
    const { host, origin } = request.headers
    const way = request.method === 'POST' && origin === undefined ? ways.get(request.url ?? '') : undefined
    if (way === undefined || isStopping() || guard({ host, origin }) !== undefined) {
      otherwise(request, response)
      return
    }
    const id = newRequestId()
    void way.handle(calls.open({ ...way.place, id, headers: commonHeaders(id), request, response }))
  })
}
