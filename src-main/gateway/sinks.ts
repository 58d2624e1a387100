import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { z } from 'zod'
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

/** Reads a body that is no answer, as much of it as an error takes, and throws what it means. */
function createRefusalSink(headers: IncomingHttpHeaders, errorOf: (body: string) => FirstError): Sink {
  const parts: Buffer[] = []
  let sizeBytes = 0
  const end = (): never => {
    throw errorOf(readable(Buffer.concat(parts), headers['content-encoding']))
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

/** The status says enough where the body cannot be read. */
function readable(bytes: Buffer, encoding: string | undefined): string {
  try {
    return decode(bytes, encoding, errorBodyLimitBytes * 16).toString('utf8')
  } catch {
    return ''
  }
}

/** For an answer that is not 200. */
export const createErrorSink = (deps: SinkDeps, status: number, headers: IncomingHttpHeaders): Sink =>
  createRefusalSink(headers, (body) => errorOfAnswer({ status, retryAfter: headers['retry-after'], body }, deps))

/** For a body that is no stream, where one was asked for: most often an error that came with status 200. */
export const createNoStreamSink = (deps: SinkDeps, headers: IncomingHttpHeaders): Sink =>
  createRefusalSink(headers, (body) =>
    parseErrorBody(body) !== undefined
      ? errorOfBody(body, deps)
      : new FirstError('upstream_garbled', `The cluster "${deps.cluster}" answered a streamed request with ${headers['content-type'] ?? 'an unnamed type'}, not with a stream of events.`))

/** A whole answer is checked before its first byte goes out, so that garbage can still move on to the next candidate. */
export function createWholeSink(deps: SinkDeps, headers: IncomingHttpHeaders): Sink {
  const { response, record, cluster } = deps
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
      const json = parseAnswer(bytes, deps)
      const read = usageOf(json)
      if (read !== undefined) record.usage(read.usage)
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length, 'x-first-cluster': cluster })
      response.end(bytes)
    },
  }
}

const answer = z.looseObject({ choices: z.array(z.unknown()) })

/** Some servers send their errors with status 200. */
function parseAnswer(bytes: Buffer, deps: SinkDeps): z.infer<typeof answer> {
  const text = bytes.toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new FirstError('upstream_garbled', `The cluster "${deps.cluster}" answered with something that is not JSON.`)
  }
  const parsed = answer.safeParse(json)
  if (parsed.success) return parsed.data
  if (parseErrorBody(text) !== undefined) throw errorOfBody(text, deps)
  throw new FirstError('upstream_garbled', `The cluster "${deps.cluster}" answered with something that is not an OpenAI answer.`)
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
      if (reader.errorEvent !== undefined) throw errorOfBody(reader.errorEvent, deps)
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

/** An error that did not come as a status. */
function errorOfBody(data: string, { cluster }: SinkDeps): FirstError {
  const said = parseErrorBody(data)
  if (said?.type === 'invalid_request_error') return new RefusedByUpstream(400, said.message, { type: said.type, ...(said.code != null && { code: String(said.code) }) }, said.param ?? undefined)
  return new FirstError('upstream_error', `The cluster "${cluster}" failed while it answered${said === undefined ? '' : `: ${said.message}`}`)
}
