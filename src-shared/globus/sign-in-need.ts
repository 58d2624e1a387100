import { z } from 'zod'
import { siteName } from '../config/sites'
import { authReason } from './auth-reason'

/** Which site asks for a sign-in, and why: `info` of `sign_in_needed`. */
export const signInNeed = z.object({
  site: siteName,
  reason: authReason,
  /** Whose sign-in, as config.yaml or a command names it; who need not be signed in. Absent: the account in use at the site. */
  account: z.string().exactOptional(),
})
export type SignInNeed = z.infer<typeof signInNeed>
