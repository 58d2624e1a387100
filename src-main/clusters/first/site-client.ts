import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import type { z } from 'zod'
import { connectionProblem } from '../direct/connection-problem'
import { readFailure, type ReadFailure } from './refusal'
import type { TokenSource } from './token-source'

/** Lists and jobs of a large site are well below this. */
const limitBytes = 8 * 2 ** 20

export interface SiteClientDeps {
  readonly agent: Dispatcher
  /** Of the site's gateway, no slash at its end. */
  readonly baseUrl: string
  /** Ours for the site, to name it in errors. */
  readonly cluster: string
  readonly tokens: TokenSource
}

export interface SiteClient {
  /**
   * `GET {baseUrl}{path}`, parsed; a token that is refused is replaced once, where there is another.
   * @throws FirstError that says what is there instead: `upstream_unreachable`, `upstream_unauthorized`, `upstream_garbled`, `not_found`, or what the site said
   */
  get<Answer>(path: string, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer>
}

interface Raw {
  readonly status: number
  readonly body: string
}

interface Allowed extends Raw {
  readonly failure?: ReadFailure['failure']
}

export function createSiteClient({ agent, baseUrl, cluster, tokens }: SiteClientDeps): SiteClient {
  const ask = async (path: string, token: string, signal: AbortSignal): Promise<Raw> => {
    const url = `${baseUrl}${path}`
    const { origin, pathname, search } = new URL(url)
    try {
      const { statusCode, body } = await agent.request({
        origin,
        path: `${pathname}${search}`,
        method: 'GET',
        headers: { accept: 'application/json', 'accept-encoding': 'identity', authorization: `Bearer ${token}` },
        signal,
      })
      const parts: Buffer[] = []
      let sizeBytes = 0
      for await (const part of body as AsyncIterable<Buffer>) {
        sizeBytes += part.length
        if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', `${url} answered with more than a FIRST gateway does.`)
        parts.push(part)
      }
      return { status: statusCode, body: Buffer.concat(parts).toString('utf8') }
    } catch (cause) {
      throw cause instanceof FirstError ? cause : new FirstError('upstream_unreachable', connectionProblem(cause, url, signal), { cause })
    }
  }

  const askWith = async (path: string, token: string, signal: AbortSignal): Promise<Allowed & Partial<ReadFailure>> => {
    const raw = await ask(path, token, signal)
    return raw.status < 400 ? raw : { ...raw, ...readFailure(raw, { cluster, model: '', token }, tokens) }
  }

  const askAllowed = async (path: string, signal: AbortSignal): Promise<Allowed> => {
    const token = await tokens.token()
    const raw = await askWith(path, token, signal)
    if (raw.isWorthAnother !== true) return raw
    const other = await tokens.token()
    return other === token ? raw : askWith(path, other, signal)
  }

  return {
    async get(path, schema, signal) {
      const { status, body, failure } = await askAllowed(path, signal)
      const url = `${baseUrl}${path}`
      if (status === 404 || status === 405) throw new FirstError('not_found', `${url} is not there (${status}).`)
      if (status !== 200) throw failure?.error ?? plainError(cluster, url, status)
      const parsed = schema.safeParse(parseJson(body))
      if (parsed.success) return parsed.data
      throw new FirstError('upstream_garbled', `${url} did not answer as a FIRST gateway does.`, { cause: parsed.error, action: 'Check the address of this cluster; it ends with /resource_server.' })
    },
  }
}

function plainError(cluster: string, url: string, status: number): FirstError {
  if (status === 401 || status === 403) return new FirstError('upstream_unauthorized', `The site of the cluster "${cluster}" refused its access token (${status}).`, { action: 'Correct the token of this cluster in config.yaml.' })
  return new FirstError('upstream_error', `${url} answered with status ${status}.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
