import { FirstError } from '@shared/errors'
import { reasonOfSite } from '@shared/globus/site-reason'
import type { TokenSource } from '../first/token-source'
import { errorAnswer } from './answers'

export interface RefusedAnswer {
  readonly status: number
  readonly body: string
  readonly retryAfterS: number | undefined
}

export interface ReadRefusal {
  readonly error: FirstError
  /** The token was refused, and another may be had at once. */
  readonly isWorthAnother: boolean
}

const limitRetryS = 10

/** What an answer of Globus Compute that is no success means; where it is about the token, its source is told. */
export function readRefusal({ status, body, retryAfterS }: RefusedAnswer, { cluster, token, tokens }: { readonly cluster: string; readonly token: string; readonly tokens: TokenSource }): ReadRefusal {
  const reason = tokens.site === undefined ? undefined : reasonOfSite({ status, body }, tokens.site.demands())
  if (tokens.site !== undefined && reason !== undefined) {
    const isWorthAnother = tokens.refused(token, reason) === true
    return { error: tokens.site.error(reason), isWorthAnother }
  }
  return { error: errorOf(status, body, retryAfterS, `Globus Compute, which the cluster "${cluster}" is reached by,`), isWorthAnother: status === 401 && tokens.refused(token) === true }
}

function errorOf(status: number, body: string, retryAfterS: number | undefined, who: string): FirstError {
  const said = errorAnswer.safeParse(parse(body)).data
  const words = said?.reason ?? (typeof said?.detail === 'string' ? said.detail : undefined)
  const what = words === undefined || words === '' ? '.' : `: ${words.replace(/\.?$/, '.')}`
  const cause = { status, code: said?.code }
  if (status === 413 || said?.code === 'TASK_PAYLOAD_TOO_LARGE') return new FirstError('body_too_large', `${who} takes no request of this size${what}`, { cause, action: 'Send less: a request to this cluster has at most 10 MB.' })
  if (status === 429) return new FirstError('too_many_requests', `${who} was asked too often${what}`, { cause, retryAfterS: retryAfterS ?? limitRetryS })
  if (status === 401) return new FirstError('upstream_unauthorized', `${who} did not take the token${what}`, { cause, action: 'Sign in to the site again on the page Accounts.' })
  if (status === 403) return new FirstError('access_denied', `${who} does not let this account use the endpoint or the function${what}`, { cause, action: 'Ask the owner of the endpoint for access, or correct the ids of this cluster in config.yaml.' })
  if (status === 404) return new FirstError('not_found', `${who} does not know the endpoint, the function or the task${what}`, { cause, action: 'Correct the ids of this cluster in config.yaml.' })
  return new FirstError('upstream_error', `${who} answered with the error ${status}${what}`, { cause })
}

/** The last line of a traceback says what happened; the rest is of the cluster's files. */
export function errorOfTask(exception: string, cluster: string): FirstError {
  const last = exception.trimEnd().split('\n').at(-1)?.trim() ?? ''
  const words = last === '' ? 'without a word' : `with «${last.slice(0, mostWords)}»`
  return new FirstError('upstream_error', `The function on the cluster "${cluster}" ended ${words}.`, { cause: exception })
}

const mostWords = 1000

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
