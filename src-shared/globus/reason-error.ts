import { FirstError } from '../errors'
import { isMendedBySignIn, type AuthReason } from './auth-reason'

/** FIRST caches a failure of its own checks for this long (wire/globus.md, section 2). */
const transientRetryS = 60

/** A reason as an error for whoever asked; `info` holds it, so that a window offers the sign-in that mends it. */
export function errorOfReason(reason: AuthReason, site: string): FirstError {
  const info = { site, reason }
  if (isMendedBySignIn(reason)) return new FirstError('sign_in_needed', `${reason.sentence} Sign in on the page Accounts, or with «first-desktop login ${site}»; then send this again.`, { info })
  if (reason.kind === 'transient') return new FirstError('upstream_unreachable', reason.sentence, { info, retryAfterS: transientRetryS, action: 'Nothing needs to be done: it is asked again in a minute.' })
  return new FirstError('access_denied', reason.sentence, { info, action: 'Ask the site for access, or choose another model.' })
}
