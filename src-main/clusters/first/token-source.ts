import { FirstError } from '@shared/errors'
import type { AuthReason } from '@shared/globus/auth-reason'
import type { SiteDemands } from '@shared/globus/site-reason'
import { sendableKey } from '../direct/api-key'

/** Where the access token of a site comes from: a secret of the configuration, or a sign-in. */
export interface TokenSource {
  /** @throws FirstError that says how to come by one. */
  token(): Promise<string>
  /**
   * The site refused this token: another is to be found, where that is possible.
   * @param reason what the site said, where the source can make something of it
   * @returns whether another may be had at once; absent: it is not known
   */
  refused(token: string, reason?: AuthReason): boolean | undefined
  /** The site took a token. */
  accepted?(): void
  /** Of a sign-in: what the site's refusals are read and told with. Absent: a token that a person wrote down. */
  readonly site?: { demands(): SiteDemands; error(reason: AuthReason): FirstError }
}

/** A token that a person wrote down; when it is refused there is no other. */
export function createStaticToken(cluster: string, reference: string | undefined, secret: (reference: string) => string): TokenSource {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- a token that is missing is a rejection
    async token() {
      if (reference !== undefined) return sendableKey(secret(reference), `the cluster "${cluster}"`)
      throw new FirstError('upstream_unauthorized', `The site of the cluster "${cluster}" wants an access token, and none is configured.`, { action: 'Name the site in config.yaml (site: alcf) and sign in, or give the cluster a token: token: ${env:NAME} or ${secret:NAME}.' })
    },
    refused: () => undefined,
  }
}
