import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import { wireModelList } from '@shared/openai/chat'
import { connectionProblem } from './connection-problem'

export interface Question {
  /** With the version and no slash at its end. */
  readonly baseUrl: string
  readonly key: string | undefined
  readonly signal: AbortSignal
}

/** A list of models is never longer than this. */
const limitBytes = 8 * 2 ** 20

/**
 * The ids that `GET {baseUrl}/models` names, sorted, each once.
 * @throws FirstError whose message says in plain words what answers there instead: `upstream_unreachable`, `upstream_unauthorized`, `upstream_garbled`, `upstream_error`, `not_found`
 */
export async function askModels(agent: Dispatcher, { baseUrl, key, signal }: Question): Promise<{ readonly models: readonly string[] }> {
  const url = `${baseUrl}/models`
  const { status, contentType, body } = await get(agent, url, key, signal)
  if (status === 401 || status === 403)
    throw new FirstError('upstream_unauthorized', key === undefined ? `${baseUrl} wants an API key (${status}).` : `${baseUrl} refused the API key (${status}).`)
  if (status === 404 || status === 405) throw new FirstError('not_found', `${url} is not there (${status}).`)
  if (status !== 200) throw new FirstError('upstream_error', `${url} answered with status ${status}.`)
  const parsed = wireModelList.safeParse(parseJson(body))
  if (parsed.success) return { models: [...new Set(parsed.data.data.map(({ id }) => id))].sort() }
  if (contentType.includes('html') || /^\s*<(?:!doctype|html)/i.test(body)) throw new FirstError('upstream_garbled', `${url} is a web page, not a list of models.`)
  throw new FirstError('upstream_garbled', `${url} did not answer with OpenAI's list of models.`)
}

async function get(agent: Dispatcher, url: string, key: string | undefined, signal: AbortSignal): Promise<{ status: number; contentType: string; body: string }> {
  const { origin, pathname, search } = new URL(url)
  try {
    const { statusCode, headers, body } = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      signal,
    })
    const parts: Buffer[] = []
    let sizeBytes = 0
    for await (const part of body as AsyncIterable<Buffer>) {
      sizeBytes += part.length
      if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', `${url} answered with more than a list of models can be.`)
      parts.push(part)
    }
    return { status: statusCode, contentType: String(headers['content-type'] ?? ''), body: Buffer.concat(parts).toString('utf8') }
  } catch (cause) {
    throw cause instanceof FirstError ? cause : new FirstError('upstream_unreachable', connectionProblem(cause, url, signal), { cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
