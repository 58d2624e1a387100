import { FirstError } from '../errors'
import { isMendedBySignIn, type AuthReason } from './auth-reason'
import type { SignInNeed } from './sign-in-need'

/** FIRST caches a failure of its own checks for this long (wire/globus.md, section 2). */
const transientRetryS = 60

/**
 * A reason as an error for whoever asked; `info` holds it, so that a window offers the sign-in that mends it.
 * @param account as config.yaml or a command names it; absent: the one in use at the site
 */
export function errorOfReason(reason: AuthReason, site: string, account?: string): FirstError {
  const info = { site, reason, ...(account !== undefined && { account }) } satisfies SignInNeed
  const login = `first-desktop login ${site}${account === undefined ? '' : ` --account ${account}`}`
  if (isMendedBySignIn(reason)) return new FirstError('sign_in_needed', `${reason.sentence} Sign in on the page Accounts, or with «${login}»; then send this again.`, { info })
  if (reason.kind === 'transient') return new FirstError('upstream_unreachable', reason.sentence, { info, retryAfterS: transientRetryS, action: 'Nothing needs to be done: it is asked again in a minute.' })
  return new FirstError('access_denied', reason.sentence, { info, action: 'Ask the site for access, or choose another model.' })
}
