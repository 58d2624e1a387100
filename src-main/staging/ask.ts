import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import type { SiteAnswer } from '@shared/first/site-errors'
import { reasonOfSite } from '@shared/globus/site-reason'
import type { SiteTokens } from '../identity/globus/site-tokens'

/** A service that takes tokens of a site's sign-in. */
export interface Door {
  readonly agent: Dispatcher
  readonly tokens: SiteTokens
  /** As errors name it. */
  readonly who: string
  /** What an answer that is no success means; those about the token are read before. */
  readonly readError: (answer: SiteAnswer) => FirstError
}

export interface Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Made anew for each try. */
  readonly body?: () => string | Readable
  /** Answers that are taken beside those under 300. */
  readonly alsoTaken?: readonly number[]
  /** Milliseconds without a byte of an answer; absent: a minute. */
  readonly quietMs?: number
  readonly signal: AbortSignal
}

const usualQuietMs = 60_000
/** Answers that are JSON are a few kilobytes; a list of batches is longer. */
const limitBytes = 8 * 2 ** 20

/**
 * One request with a token that is good; where the token is refused it is renewed and sent once more.
 * @throws FirstError `sign_in_needed`, `upstream_unreachable`, `cancelled`, or what the door makes of the answer
 */
export async function ask(door: Door, asked: Asked): Promise<Dispatcher.ResponseData> {
  const { tokens } = door
  for (let isFirst = true; ; isFirst = false) {
    const tried = await attempt(door, asked)
    if ('answer' in tried) {
      tokens.accepted()
      return tried.answer
    }
    const { refusal, token, reason } = tried
    if (reason === undefined) throw door.readError(refusal)
    if (!tokens.refused(token, reason) || !isFirst) throw tokens.site.error(reason)
  }
}

/** The answer as JSON, whatever it is. @throws as `ask` */
export async function askJson(door: Door, asked: Asked): Promise<unknown> {
  const { body } = await ask(door, { ...asked, headers: { accept: 'application/json', ...(asked.body !== undefined && { 'content-type': 'application/json' }), ...asked.headers } })
  return parse(await readText(body, door.who, asked.signal))
}

async function attempt({ agent, tokens, who }: Door, { method, url, headers, body, alsoTaken = [], quietMs = usualQuietMs, signal }: Asked) {
  const token = await tokens.token()
  const { origin, host, pathname, search } = new URL(url)
  const request = { origin, path: `${pathname}${search}`, method, headers: { ...headers, authorization: `Bearer ${token}` }, headersTimeout: quietMs, bodyTimeout: quietMs, signal }
  const answer = await agent.request({ ...request, ...(body !== undefined && { body: body() }) }).catch((cause: unknown) => {
    throw connectionLost(`${who} (${host})`, cause, signal)
  })
  if (answer.statusCode < 300 || alsoTaken.includes(answer.statusCode)) return { answer }
  const retryAfterS = Number(answer.headers['retry-after'])
  const refusal: SiteAnswer = { status: answer.statusCode, body: await readText(answer.body, who, signal), ...(retryAfterS > 0 && { retryAfterS }) }
  return { refusal, token, reason: reasonOfSite(refusal, tokens.site.demands()) }
}

export function connectionLost(who: string, cause: unknown, signal: AbortSignal): FirstError {
  if (cause instanceof FirstError) return cause
  if (signal.aborted) return new FirstError('cancelled', 'It was stopped.')
  return new FirstError('upstream_unreachable', `${who} cannot be reached, or the connection was cut.`, { cause, action: 'Check the network; it is tried again by itself.' })
}

async function readText(body: AsyncIterable<unknown>, who: string, signal: AbortSignal): Promise<string> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      sizeBytes += part.length
      if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', `${who} answered with more than it should.`)
      parts.push(part)
    }
  } catch (cause) {
    throw connectionLost(who, cause, signal)
  }
  return Buffer.concat(parts).toString('utf8')
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
