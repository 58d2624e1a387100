import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { FirstError } from '@shared/errors'
import { decode } from './content-encoding'
import type { RequestRecord } from './record'
import { SseReader } from './sse-reader'
import { errorOfAnswer, parseErrorBody, RefusedByUpstream } from './upstream-errors'
import { usageOf } from './usage'

/** Takes the body of one upstream answer; what it throws fails the attempt. */
export interface Sink {
  /** @returns false when the caller reads more slowly than the server sends: wait for `drain` of the response. */
  data(chunk: Buffer): boolean
  end(): void
}

export interface SinkDeps {
  readonly response: ServerResponse
  readonly record: RequestRecord
  readonly cluster: string
  readonly model: string
}

const errorBodyLimitBytes = 64 * 2 ** 10
const wholeBodyLimitBytes = 256 * 2 ** 20
const doneEvent = 'data: [DONE]\n\n'

/** Reads the body of an error and throws what it means. */
export function createErrorSink(deps: SinkDeps, status: number, headers: IncomingHttpHeaders): Sink {
  const parts: Buffer[] = []
  let sizeBytes = 0
  const end = (): never => {
    throw errorOfAnswer({ status, retryAfter: headers['retry-after'], body: decode(Buffer.concat(parts), headers['content-encoding'], wholeBodyLimitBytes).toString('utf8') }, deps)
  }
  return {
    data(chunk) {
      parts.push(chunk)
      sizeBytes += chunk.length
      return sizeBytes < errorBodyLimitBytes || end()
    },
    end,
  }
}

/** A whole answer is checked before its first byte goes out, so that garbage can still move on to the next candidate. */
export function createWholeSink({ response, record, cluster }: SinkDeps, headers: IncomingHttpHeaders): Sink {
  const parts: Buffer[] = []
  let sizeBytes = 0
  return {
    data(chunk) {
      record.firstByte()
      parts.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > wholeBodyLimitBytes) throw new FirstError('upstream_garbled', `The answer of the cluster "${cluster}" has no end.`)
      return true
    },
    end() {
      const bytes = decode(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts), headers['content-encoding'], wholeBodyLimitBytes)
      const json = parseObject(bytes, cluster)
      const read = usageOf(json)
      if (read !== undefined) record.usage(read.usage)
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length, 'x-first-cluster': cluster })
      response.end(bytes)
    },
  }
}

function parseObject(bytes: Buffer, cluster: string): object {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not JSON.`)
  }
  if (typeof json !== 'object' || json === null) throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not an OpenAI answer.`)
  return json
}

/** A streamed answer: whole events go out as they come; the head goes with the first, so that a failure before it can still move on. */
export function createStreamSink(deps: SinkDeps, options: { readonly hidesUsage: boolean }): Sink {
  const { response, record, cluster } = deps
  const reader = new SseReader(options)
  return {
    data(chunk) {
      const bytes = reader.push(chunk)
      if (reader.usage !== undefined) record.usage(reader.usage)
      if (bytes !== undefined && !response.headersSent) {
        record.firstByte()
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no', 'x-first-cluster': cluster })
      }
      const isTaken = bytes === undefined || response.write(bytes)
      if (reader.errorEvent !== undefined) throw errorOfEvent(reader.errorEvent, deps)
      return isTaken
    },
    end() {
      if (reader.hasTornEvent) throw new FirstError('upstream_garbled', `The cluster "${cluster}" ended its answer in the middle of an event.`)
      if (reader.isDone) response.end()
      else if (reader.isFinished) response.end(doneEvent)
      else throw new FirstError('upstream_garbled', `The cluster "${cluster}" ended its answer before it was whole.`)
    },
  }
}

function errorOfEvent(data: string, { cluster }: SinkDeps): FirstError {
  const said = parseErrorBody(data)
  if (said?.type === 'invalid_request_error') return new RefusedByUpstream(400, said.message, { type: said.type, ...(said.code != null && { code: String(said.code) }) }, said.param ?? undefined)
  return new FirstError('upstream_error', `The cluster "${cluster}" failed while it answered${said === undefined ? '' : `: ${said.message}`}`)
}
