import { errorOfSite, type SiteAnswer, type SiteFailure } from '@shared/first/site-errors'
import { reasonOfSite } from '@shared/globus/site-reason'
import type { TokenSource } from './token-source'

export interface ReadFailure {
  /** Absent: the answer is not of FIRST's shape. */
  readonly failure: SiteFailure | undefined
  /** The token was refused, and another may be had at once. */
  readonly isWorthAnother: boolean
}

interface Asked {
  readonly cluster: string
  readonly model: string
  /** The token that was sent. */
  readonly token: string
}

/** What an answer of a site means; where it is about the token, its source is told. */
export function readFailure(answer: SiteAnswer, { cluster, model, token }: Asked, tokens: TokenSource): ReadFailure {
  const failure = errorOfSite(answer, { cluster, model })
  const reason = tokens.site === undefined ? undefined : reasonOfSite(answer, tokens.site.demands())
  if (tokens.site === undefined || reason === undefined) {
    const isRefused = answer.status === 401 || failure?.error.code === 'upstream_unauthorized'
    return { failure, isWorthAnother: isRefused && tokens.refused(token) !== false }
  }
  const isWorthAnother = tokens.refused(token, reason) === true
  return { failure: { error: tokens.site.error(reason), refusedFields: [], isOfRequest: false }, isWorthAnother }
}
