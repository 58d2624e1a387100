import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { freePort } from '../../fixtures/free-port'
import type { Behaviour, Plan } from './behaviour'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Of the caller's connection. */
  readonly port: number | undefined
  /** As it came. */
  readonly body: string
  readonly bytes: Buffer
  /** Resolves to whether the caller left before the answer was whole. */
  readonly ended: Promise<'answered' | 'disconnected'>
}

/** What came, and what the next of it meets. */
export interface Script {
  /** What requests meet from now on. */
  behave(plan: Plan): void
  /** What the next request meets, before the rest; more calls queue up. */
  behaveOnce(plan: Plan): void
  /** The plan for one request. */
  next(body: Readonly<Record<string, unknown>>): Behaviour
}

export function createScript(): Script {
  let standing: Plan = { kind: 'answer' }
  const queue: Plan[] = []
  return {
    behave: (plan) => void (standing = plan),
    behaveOnce: (plan) => void queue.push(plan),
    next(body) {
      const plan = queue.shift() ?? standing
      return typeof plan === 'function' ? plan(body) : plan
    },
  }
}

/** Requests in the order they came; `seen(n)` waits for the n-th. */
export interface Log {
  readonly requests: readonly SeenRequest[]
  add(request: SeenRequest): void
  seen(count: number): Promise<SeenRequest>
}

export function createLog(): Log {
  const requests: SeenRequest[] = []
  const waiting: { readonly count: number; readonly resolve: (seen: SeenRequest) => void }[] = []
  return {
    requests,
    add(request) {
      requests.push(request)
      for (const waiter of waiting.filter(({ count }) => count === requests.length)) waiter.resolve(request)
    },
    seen(count) {
      const already = requests[count - 1]
      return already !== undefined ? Promise.resolve(already) : new Promise((resolve) => waiting.push({ count, resolve }))
    },
  }
}

export interface HttpDouble {
  readonly port: number
  readonly close: () => Promise<void>
}

/** A server on loopback; a handler that throws cuts its connection. @param port 0: one that is free, and stays so when the server is closed */
export async function listenOnLoopback(handle: (request: SeenRequest, response: ServerResponse) => Promise<void>, port = 0): Promise<HttpDouble> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request
    const ended = once(response, 'close').then((): 'answered' | 'disconnected' => (response.writableFinished ? 'answered' : 'disconnected'))
    const bytes = Buffer.concat((await request.toArray()) as Buffer[])
    await handle({ method, path, headers, port: request.socket.remotePort, body: bytes.toString('utf8'), bytes, ended }, response)
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((cause: unknown) => response.destroy(cause instanceof Error ? cause : new Error(String(cause))))
  })
  server.listen(port === 0 ? await freePort() : port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the double has no port')
  return {
    port: address.port,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Thrown for a request that cannot be answered; its double writes it in its protocol's shape. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function json(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
