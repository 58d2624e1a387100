import { FirstError } from '@shared/errors'
import type { TokenSource } from '../first/token-source'

/** Where nobody can sign in. */
export const noSignIn = (cluster: string): TokenSource => ({
  token: () => Promise.reject(new FirstError('sign_in_needed', `The cluster "${cluster}" is reached by Globus Compute, which wants a sign-in.`)),
  refused: () => undefined,
})
