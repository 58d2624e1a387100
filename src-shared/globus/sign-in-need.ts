import { z } from 'zod'
import { siteName } from '../config/sites'
import { authReason } from './auth-reason'

/** Which site asks for a sign-in, and why: `info` of `sign_in_needed`. */
export const signInNeed = z.object({ site: siteName, reason: authReason })
export type SignInNeed = z.infer<typeof signInNeed>
