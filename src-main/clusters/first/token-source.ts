import { FirstError } from '@shared/errors'
import { sendableKey } from '../direct/api-key'

/** Where the access token of a site comes from: a secret of the configuration, or a sign-in. */
export interface TokenSource {
  /** @throws FirstError that says how to come by one. */
  token(): Promise<string>
  /** The site refused the last one: another is to be found, where that is possible. */
  refused(): void
}

/** A token that a person wrote down; when it is refused there is no other. */
export function createStaticToken(cluster: string, reference: string | undefined, secret: (reference: string) => string): TokenSource {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- a token that is missing is a rejection
    async token() {
      if (reference !== undefined) return sendableKey(secret(reference), `the cluster "${cluster}"`)
      throw new FirstError('upstream_unauthorized', `The site of the cluster "${cluster}" wants an access token, and none is configured.`, { action: 'Give the cluster a token in config.yaml: token: ${env:NAME} or ${secret:NAME}.' })
    },
    refused: () => undefined,
  }
}
