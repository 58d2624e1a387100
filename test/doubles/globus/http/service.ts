import type { ServerResponse } from 'node:http'
import { listenOnLoopback, type HttpDouble, type SeenRequest } from '../../scripted/http-double'
import type { Clock } from '../clock'
import { Refusal, type Call, type Reply, type Route } from './call'
import type { CallLog, ServiceName } from './calls'
import type { FaultPlan } from './faults'

export interface ServiceDeps {
  readonly name: ServiceName
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly calls: CallLog
  readonly faults: FaultPlan
  readonly port?: number
}

export interface Service extends HttpDouble {
  /** Origin, without a slash at its end. */
  readonly url: string
}

export const routeName = ({ method, path }: Route): string => `${method} ${path}`

/** One service of Globus on a port of its own. */
export async function startService(deps: ServiceDeps): Promise<Service> {
  const matchers = deps.routes.map((route) => ({ route, pattern: patternOf(route.path) }))

  const handle = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    const url = new URL(request.path, 'http://localhost')
    const found = matchers.flatMap(({ route, pattern }) => {
      const match = route.method === request.method ? pattern.exec(url.pathname) : null
      return match === null ? [] : [{ route, parts: match.groups ?? {} }]
    })[0]
    if (found === undefined) {
      send(response, { status: 404, body: { code: 'NotFound', message: `There is no ${request.method} ${url.pathname} here.` } }, deps.clock)
      return
    }
    const route = routeName(found.route)
    deps.calls.add({ service: deps.name, route, path: request.path, headers: request.headers, text: request.body })
    const fault = deps.faults.next(deps.name, route)
    const perform = (): Promise<Reply> => answer(found.route, callOf(request, url, found.parts))
    switch (fault?.kind) {
      case 'hang':
        return
      case 'reset':
        response.socket?.resetAndDestroy()
        return
      case 'lost':
        await perform()
        response.socket?.resetAndDestroy()
        return
      case 'malformed':
        send(response, { status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_token":"Ag' }, deps.clock)
        return
      case 'status':
        send(response, { body: {}, ...fault }, deps.clock)
        return
      case 'slow': {
        const reply = await perform()
        await fault.until
        send(response, reply, deps.clock)
        return
      }
      case undefined:
        send(response, await perform(), deps.clock)
    }
  }

  const { port, close } = await listenOnLoopback(handle, deps.port)
  return { port, close, url: `http://127.0.0.1:${port}` }
}

async function answer(route: Route, call: Call): Promise<Reply> {
  try {
    return await route.handle(call)
  } catch (cause) {
    if (cause instanceof Refusal) return cause.reply
    throw cause
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply, clock: Clock): void {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body)
  response.writeHead(status, { date: new Date(clock.nowMs()).toUTCString(), ...(isJson && { 'content-type': 'application/json' }), ...headers })
  response.end(isJson ? JSON.stringify(body) : body)
}

function callOf({ method, headers, bytes, body }: SeenRequest, url: URL, parts: Readonly<Record<string, string | undefined>>): Call {
  return {
    method,
    url,
    headers,
    bytes,
    text: body,
    param(name) {
      const part = parts[name === '*' ? 'rest' : name]
      if (part === undefined) throw new Error(`the route has no part ${name}`)
      return decodeURIComponent(part)
    },
  }
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+)').replace(/\*$/, '(?<rest>.*)')}$`)
