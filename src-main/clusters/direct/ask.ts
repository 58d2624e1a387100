import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import { connectionProblem } from './connection-problem'

/** One server that is asked about itself. */
export interface Server {
  /** With the version and no slash at its end. */
  readonly baseUrl: string
  readonly key: string | undefined
}

export interface Question {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Sent as JSON; makes it a POST. */
  readonly body?: object
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a server says of itself is never longer than this. */
const limitBytes = 8 * 2 ** 20

/** Asks once. @throws FirstError `upstream_unreachable` that says in plain words what is wrong, `upstream_garbled` for an answer without end. */
export async function ask(agent: Dispatcher, url: string, { headers, signal, body }: Question): Promise<Answer> {
  const { origin, pathname, search } = new URL(url)
  try {
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    })
    const parts: Buffer[] = []
    let sizeBytes = 0
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      sizeBytes += part.length
      if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', `${url} answered with more than such an answer can be.`)
      parts.push(part)
    }
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString('utf8') }
  } catch (cause) {
    throw cause instanceof FirstError ? cause : new FirstError('upstream_unreachable', connectionProblem(cause, url, signal), { cause })
  }
}

/** The JSON of a text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
