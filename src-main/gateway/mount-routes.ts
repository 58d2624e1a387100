import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import type { Directory } from '../federation/directory'
import type { Calls } from './calls'
import { sendJson } from './error-answer'
import { clusterStatus } from './first/status'
import type { Gateway } from './gateway'
import { routes, type GatewayRoute } from './routes'

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** Below these, what no route takes is answered here and never by the host's own pages. */
const doors = ['/v1', '/resource_server']

/** What a FIRST site has and this gateway cannot have, with what takes its place. */
const elsewhere: Readonly<Record<string, string>> = {
  'PUT /resource_server/data/staging': 'This gateway has no Globus collection for the files of batches. Send the file to POST /v1/files, and make its batch with POST /v1/batches.',
}

export interface MountDeps {
  readonly gateway: Gateway
  readonly calls: Calls
  readonly directory: Directory
  readonly config: () => Config
}

export function mountRoutes(app: FastifyInstance, deps: MountDeps): void {
  const { gateway, calls } = deps
  // Bodies are read after the caller is known, by the stage that wants them.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setErrorHandler((cause, request, reply) => gateway.refuse(calls.takeOver(request, reply, '*'), refusalOf(cause)))

  for (const route of routes) app.route({ method: route.method, url: route.path, handler: handlerOf(route, deps) })
  for (const path of new Set(routes.map(({ path }) => path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method)
    app.route({
      method: methods.filter((method) => !allowed.some((one) => one === method)),
      url: path,
      handler: (request, reply) => {
        reply.raw.setHeader('allow', allowed.join(', '))
        return gateway.refuse(calls.takeOver(request, reply, path), new FirstError('method_not_allowed', `${request.method} is not a method of this path; it takes ${allowed.join(' and ')}.`))
      },
    })
  }
  const notFound = (request: FastifyRequest, reply: FastifyReply): Promise<void> => refuseUnknown(request, reply, gateway, calls)
  for (const door of doors) app.all(door, notFound).all(`${door}/*`, notFound)
}

export function refuseUnknown(request: FastifyRequest, reply: FastifyReply, gateway: Gateway, calls: Calls): Promise<void> {
  const path = request.url.split('?')[0] ?? ''
  return gateway.refuse(calls.takeOver(request, reply, '*'), new FirstError('not_found', elsewhere[`${request.method} ${path}`] ?? `There is no ${path} here.`))
}

function handlerOf(route: GatewayRoute, { gateway, calls, directory, config }: MountDeps): (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void {
  const { path, serve } = route
  if (serve === 'health') return open(() => ({ status: 'ok' }))
  if (serve === 'status') return open(() => clusterStatus(directory, (name) => config().clusters.every((cluster) => cluster.name !== name || cluster.access === undefined)))
  const handler = serve === 'infer' ? gateway.infer(route.operation) : serve === 'order' ? gateway.order(route.wish) : gateway[serve]
  return (request, reply) => handler(calls.takeOver(request, reply, path))
}

/** For everybody, and not recorded. */
const open = (answer: () => object) => (_request: FastifyRequest, reply: FastifyReply): void => {
  reply.hijack()
  sendJson(reply.raw, 200, answer())
}

/** Fastify finds a content type that cannot be read before any handler runs. */
function refusalOf(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? new FirstError('unsupported_media_type', 'The content type of the body cannot be read.') : cause
}
