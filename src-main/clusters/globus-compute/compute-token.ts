import { FirstError } from '@shared/errors'
import type { TokenSource } from '../first/token-source'

/** The resource server of Globus Compute, and the scope that opens it (wire/globus.md, section 1). */
export const computeService = { resourceServer: 'funcx_service', scope: 'https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all' } as const

/** Where nobody can sign in. */
export const noSignIn = (cluster: string): TokenSource => ({
  token: () => Promise.reject(new FirstError('sign_in_needed', `The cluster "${cluster}" is reached by Globus Compute, which wants a sign-in.`)),
  refused: () => undefined,
})
