import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { SiteAnswer } from '@shared/first/site-errors'
import { parse } from './ask'

/** Of Transfer (`{code,message,request_id,resource}`) and of a collection's HTTPS server. */
const errorAnswer = z.looseObject({ message: z.string().max(2_000) })

/** An answer of Globus Transfer, or of a collection, that is no success. @param who as errors name it */
export const readGlobusError = (who: string) => (answer: SiteAnswer): FirstError => {
  const { status, body, retryAfterS } = answer
  const said = errorAnswer.safeParse(parse(body)).data?.message
  const words = `${who} answered ${status}${said === undefined ? '' : `: ${said.slice(0, 300)}`}${said?.endsWith('.') === true ? '' : '.'}`
  if (status === 403) return new FirstError('access_denied', words, { action: 'Ask the site whether your account may use this folder.' })
  if (status === 404) return new FirstError('not_found', words, { action: 'Check the collection and the path of staging in config.yaml.' })
  if (status === 429) return new FirstError('too_many_requests', words, { retryAfterS: retryAfterS ?? 10 })
  if (status >= 500) return new FirstError('upstream_error', words, { ...(retryAfterS !== undefined && { retryAfterS }) })
  return new FirstError('invalid_request', words)
}
