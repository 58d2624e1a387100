import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { FirstError } from '@shared/errors'
import type { Calls } from './calls'
import { sendJson } from './error-answer'
import type { Gateway } from './gateway'
import { routes, type GatewayRoute } from './routes'

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** Below these, what no route takes is answered here and never by the host's own pages. */
const doors = ['/v1', '/resource_server']

export function mountRoutes(app: FastifyInstance, gateway: Gateway, calls: Calls): void {
  // Bodies are read after the caller is known, by the stage that wants them.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setErrorHandler((cause, request, reply) => gateway.refuse(calls.open(request, reply, '*'), refusalOf(cause)))

  for (const route of routes) {
    app.route({ method: route.method, url: route.path, handler: handlerOf(route, gateway, calls) })
    app.route({
      method: methods.filter((method) => method !== route.method),
      url: route.path,
      handler: (request, reply) => {
        reply.raw.setHeader('allow', route.method)
        return gateway.refuse(calls.open(request, reply, route.path), new FirstError('method_not_allowed', `${request.method} is not a method of this path; it takes ${route.method}.`))
      },
    })
  }
  const notFound = (request: FastifyRequest, reply: FastifyReply): Promise<void> => refuseUnknown(request, reply, gateway, calls)
  for (const door of doors) app.all(door, notFound).all(`${door}/*`, notFound)
}

export function refuseUnknown(request: FastifyRequest, reply: FastifyReply, gateway: Gateway, calls: Calls): Promise<void> {
  return gateway.refuse(calls.open(request, reply, '*'), new FirstError('not_found', `There is no ${request.url.split('?')[0] ?? ''} here.`))
}

function handlerOf({ path, serve }: GatewayRoute, gateway: Gateway, calls: Calls): (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void {
  if (serve !== undefined) return (request, reply) => gateway[serve](calls.open(request, reply, path))
  return (_request, reply) => {
    reply.hijack()
    sendJson(reply.raw, 200, { status: 'ok' })
  }
}

/** Fastify finds a content type that cannot be read before any handler runs. */
function refusalOf(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? new FirstError('unsupported_media_type', 'The content type of the body cannot be read.') : cause
}
