import type { IncomingHttpHeaders } from 'node:http'
import { operationPaths } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { Lease } from '../federation/directory'
import type { Connections } from './connections'
import { isPlain } from './content-encoding'
import { Exchange } from './exchange'
import { createErrorSink, createNoStreamSink, type Sink, type SinkDeps } from './sinks'
import { createStreamSink } from './stream-sinks'
import { createWholeSink } from './whole-sink'

/** Milliseconds; there is no limit on an answer as a whole. */
export interface UpstreamTimeouts {
  readonly connectMs: number
  /** Until an answer begins: a cold model takes 10 to 15 minutes (wire/first.md), and a whole answer begins when it is complete. */
  readonly headersMs: number
  /** Until a streamed answer begins, where another place has the model live. */
  readonly slowStartMs: number
  /** Between two pieces of an answer. */
  readonly idleMs: number
  /** Between two signs of life to a caller who streams while no answer has begun. */
  readonly keepAliveMs: number
}

export const defaultTimeouts: UpstreamTimeouts = { connectMs: 10_000, headersMs: 20 * 60_000, slowStartMs: 60_000, idleMs: 5 * 60_000, keepAliveMs: 10_000 }

export interface Attempt extends SinkDeps {
  readonly lease: Lease
  /** Milliseconds until the answer has to begin. */
  readonly headersMs: number
}

/** Sends one request to one place and its answer to the caller; resolves when all of it was handed over. */
export function forward(connections: Connections, { idleMs }: UpstreamTimeouts, attempt: Attempt): Promise<void> {
  const { lease, passage, call: { id, outlet, cancellation }, cluster } = attempt
  const pathAt = lease.baseUrl.indexOf('/', 'https://'.length)
  return new Promise((resolve, reject) => {
    connections.dispatch(
      {
        origin: pathAt === -1 ? lease.baseUrl : lease.baseUrl.slice(0, pathAt),
        path: `${pathAt === -1 ? '' : lease.baseUrl.slice(pathAt)}${operationPaths[passage.operation]}`,
        method: 'POST',
        headers: upstreamHeaders(lease, id, passage.isStreamed),
        body: passage.body,
        headersTimeout: attempt.headersMs,
        bodyTimeout: idleMs,
      },
      new Exchange({ outlet, cancellation, cluster, openSink: (status, headers) => openSink(status, headers, attempt), onEnd: resolve, onError: reject }),
    )
  })
}

function openSink(status: number, headers: IncomingHttpHeaders, attempt: Attempt): Sink {
  if (status !== 200) return createErrorSink(attempt, status, headers, attempt.lease.profile)
  if (!attempt.passage.isStreamed) return createWholeSink(attempt, headers)
  if (headers['content-type']?.toLowerCase().startsWith('text/event-stream') !== true) return createNoStreamSink(attempt, headers)
  if (!isPlain(headers['content-encoding'])) throw new FirstError('upstream_garbled', `The cluster "${attempt.cluster}" compressed a stream, which it was asked not to do.`)
  return createStreamSink(attempt)
}

function upstreamHeaders(lease: Lease, requestId: string, isStreamed: boolean): string[] {
  const headers = ['content-type', 'application/json', 'accept', isStreamed ? 'text/event-stream' : 'application/json', 'accept-encoding', 'identity', 'x-request-id', requestId]
  for (const name in lease.headers) headers.push(name, lease.headers[name] ?? '')
  return headers
}
