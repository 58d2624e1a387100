import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { operation, operationPaths, type Operation } from '@shared/domain/model'
import { FirstError, toFirstError } from '@shared/errors'
import { readBody, sendJson } from '../../engines/http'
import { eventsOf } from './as-stream'
import { sendInnerError } from './inner-error'
import type { Fields, WholeAnswer } from './request'

export interface AskedWhole {
  readonly framework: string
  readonly operation: Operation
  readonly fields: Fields & { readonly model: string }
}

export interface Loopback {
  /** `http://127.0.0.1:41234` */
  readonly origin: string
  readonly key: string
  close(): Promise<void>
}

/** Of a submission to Globus Compute. */
const bodyLimitBytes = 10 * 2 ** 20

const request = z.looseObject({ model: z.string(), stream: z.boolean().nullish(), stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish() })
const byPath = new Map(operation.options.map((one) => [operationPaths[one], one]))

/** Where requests to the cluster are taken, on this machine and for the holder of the key; paths are `/<framework>/v1/<operation>`. */
export async function startLoopback(answer: (asked: AskedWhole, signal: AbortSignal) => Promise<WholeAnswer>): Promise<Loopback> {
  const key = `compute-${randomBytes(24).toString('hex')}`

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const caller = new AbortController()
    response.on('close', () => caller.abort(new FirstError('cancelled', 'The caller left.')))
    try {
      if (!isSame(incoming.headers.authorization ?? '', `Bearer ${key}`)) throw new FirstError('unauthorized', 'This key is not the one of this cluster.')
      const [, framework, path = ''] = /^\/([a-z]+)\/v1(\/[a-z/]+)$/.exec(incoming.url ?? '') ?? []
      const asked = byPath.get(path)
      if (framework === undefined || asked === undefined) throw new FirstError('not_found', `There is no ${incoming.url ?? ''} here.`)
      if (incoming.method !== 'POST') throw new FirstError('method_not_allowed', `${path} takes POST only.`)
      const fields = request.safeParse(parse(await readBody(incoming, bodyLimitBytes))).data
      if (fields === undefined) throw new FirstError('invalid_request', 'The body is no JSON object that names a model.')
      const { status, body } = await answer({ framework, operation: asked, fields }, caller.signal)
      if (status === 200 && fields.stream === true) sendStream(response, eventsOf(body, fields.stream_options?.include_usage === true))
      else sendJson(response, status, body)
    } catch (cause) {
      if (!response.destroyed) sendInnerError(response, toFirstError(cause))
    }
  }

  const server = createServer((incoming, response) => void handle(incoming, response))
  // Answers take as long as the cluster's queue does.
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FirstError('internal_error', 'No port of 127.0.0.1 could be opened for a cluster behind Globus Compute.', { cause })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new FirstError('internal_error', 'The server of a cluster behind Globus Compute has no port.')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    key,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function sendStream(response: ServerResponse, events: readonly Fields[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.end(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`)
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
