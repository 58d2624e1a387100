import type { IncomingHttpHeaders } from 'node:http'
import { FirstError } from '@shared/errors'
import type { Lease } from '../federation/directory'
import type { Caller } from './call'
import { decode } from './content-encoding'
import type { InferenceRequest } from './inference-request'
import type { Passage } from './passage'
import type { RequestRecord } from './record'
import { errorOfAnswer, errorOfPlace, parseErrorBody, RefusedByUpstream, retryAfterS } from './upstream-errors'

/** Takes the body of one upstream answer; what it throws fails the attempt. */
export interface Sink {
  /** @returns false when the caller reads more slowly than the server sends: wait for the outlet's `onceDrained`. */
  data(chunk: Buffer): boolean
  end(): void
}

export interface SinkDeps {
  readonly call: Caller
  readonly record: RequestRecord
  readonly asked: InferenceRequest
  readonly passage: Passage
  readonly cluster: string
  /** Go out with the answer: who served it, after how many attempts, and what did not reach it. */
  readonly headers: Readonly<Record<string, string>>
  /** The answer has begun. */
  readonly onFirstByte: () => void
}

const errorBodyLimitBytes = 64 * 2 ** 10

/** Reads a body that is no answer, as much of it as an error takes, and throws what it means. */
function createRefusalSink(headers: IncomingHttpHeaders, errorOf: (body: string) => Error): Sink {
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

/** For an answer that is not 200, which the place's own reader of errors reads first. */
export function createErrorSink({ cluster, asked: { model } }: SinkDeps, status: number, headers: IncomingHttpHeaders, profile?: Lease['profile']): Sink {
  const retryAfter = headers['retry-after']
  const seconds = retryAfterS(retryAfter)
  return createRefusalSink(headers, (body) => {
    const read = profile?.readError?.({ status, body, ...(seconds !== undefined && { retryAfterS: seconds }) }, model)
    return read === undefined ? errorOfAnswer({ status, retryAfter, body }, { cluster, model }) : errorOfPlace(read, status)
  })
}

/** For a body that is no stream, where one was asked for: most often an error that came with status 200. */
export const createNoStreamSink = ({ cluster }: SinkDeps, headers: IncomingHttpHeaders): Sink =>
  createRefusalSink(headers, (body) =>
    parseErrorBody(body) !== undefined
      ? errorOfBody(body, cluster)
      : new FirstError('upstream_garbled', `The cluster "${cluster}" answered a streamed request with ${headers['content-type'] ?? 'an unnamed type'}, not with a stream of events.`))

/** An error that did not come as a status. */
export function errorOfBody(data: string, cluster: string): FirstError {
  const said = parseErrorBody(data)
  if (said?.type === 'invalid_request_error') return new RefusedByUpstream(400, said.message, { type: said.type, ...(said.code != null && { code: String(said.code) }) }, said.param ?? undefined)
  return new FirstError('upstream_error', `The cluster "${cluster}" failed while it answered${said === undefined ? '' : `: ${said.message}`}`)
}
