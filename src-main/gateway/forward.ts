import type { IncomingHttpHeaders } from 'node:http'
import { FirstError } from '@shared/errors'
import type { Lease } from '../federation/directory'
import type { Call } from './call'
import type { ChatRequest } from './chat-request'
import type { Connections } from './connections'
import { isPlain } from './content-encoding'
import { Exchange } from './exchange'
import type { RequestRecord } from './record'
import { createErrorSink, createNoStreamSink, createStreamSink, createWholeSink, type Sink, type SinkDeps } from './sinks'
import { upstreamBody } from './upstream-body'

/** Milliseconds; there is no limit on an answer as a whole. */
export interface UpstreamTimeouts {
  readonly connectMs: number
  /** Until an answer begins: a cold model takes 10 to 15 minutes (wire/first.md), and a whole answer begins when it is complete. */
  readonly headersMs: number
  /** Between two pieces of an answer. */
  readonly idleMs: number
}

export const defaultTimeouts: UpstreamTimeouts = { connectMs: 10_000, headersMs: 20 * 60_000, idleMs: 5 * 60_000 }

export interface Attempt {
  readonly lease: Lease
  readonly cluster: string
  readonly asked: ChatRequest
  readonly call: Call
  readonly record: RequestRecord
}

/** Sends one request to one place and its answer to the caller; resolves when all of it was handed over. */
export function forward(connections: Connections, timeouts: UpstreamTimeouts, { lease, cluster, asked, call, record }: Attempt): Promise<void> {
  const { response, signal } = call
  const sinkDeps: SinkDeps = { response, record, cluster, model: asked.model }
  const pathAt = lease.baseUrl.indexOf('/', 'https://'.length)
  return new Promise((resolve, reject) => {
    connections.dispatch(
      {
        origin: pathAt === -1 ? lease.baseUrl : lease.baseUrl.slice(0, pathAt),
        path: `${pathAt === -1 ? '' : lease.baseUrl.slice(pathAt)}/chat/completions`,
        method: 'POST',
        headers: upstreamHeaders(lease, call.id, asked.isStreamed),
        body: upstreamBody(asked, lease.model),
        headersTimeout: timeouts.headersMs,
        bodyTimeout: timeouts.idleMs,
      },
      new Exchange({ response, signal, cluster, openSink: (status, headers) => openSink(status, headers, asked, sinkDeps), onEnd: resolve, onError: reject }),
    )
  })
}

function openSink(status: number, headers: IncomingHttpHeaders, asked: ChatRequest, deps: SinkDeps): Sink {
  if (status !== 200) return createErrorSink(deps, status, headers)
  if (!asked.isStreamed) return createWholeSink(deps, headers)
  if (headers['content-type']?.toLowerCase().startsWith('text/event-stream') !== true) return createNoStreamSink(deps, headers)
  if (!isPlain(headers['content-encoding'])) throw new FirstError('upstream_garbled', `The cluster "${deps.cluster}" compressed a stream, which it was asked not to do.`)
  return createStreamSink(deps, { hidesUsage: !asked.wantsUsage })
}

function upstreamHeaders(lease: Lease, requestId: string, isStreamed: boolean): string[] {
  const headers = ['content-type', 'application/json', 'accept', isStreamed ? 'text/event-stream' : 'application/json', 'accept-encoding', 'identity', 'x-request-id', requestId]
  for (const name in lease.headers) headers.push(name, lease.headers[name] ?? '')
  return headers
}
