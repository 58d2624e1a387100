import type { FirstError } from '@shared/errors'
import type { AuthReason } from '@shared/globus/auth-reason'
import { errorOfReason } from '@shared/globus/reason-error'
import type { SiteDemands } from '@shared/globus/site-reason'
import type { Accounts } from './accounts'
import type { SiteBook } from './sites'

/** Where the tokens of one site come from: what `clusters/first` takes as a `TokenSource`. */
export interface SiteTokens {
  token(): Promise<string>
  /** @returns whether another may be had at once */
  refused(token: string, reason?: AuthReason): boolean
  /** A token was taken. */
  accepted(): void
  readonly site: { demands(): SiteDemands; error(reason: AuthReason): FirstError }
}

export interface SiteTokensDeps extends Pick<Accounts, 'token' | 'refused' | 'accepted'> {
  readonly site: string
  readonly account?: string | undefined
  /** Of a service of Globus; absent: the site's gateway. */
  readonly service?: { readonly resourceServer: string; readonly scope: string } | undefined
  readonly sites: SiteBook
}

export function createSiteTokens({ site, account, service, sites, token, refused, accepted }: SiteTokensDeps): SiteTokens {
  const request = { site, ...(account !== undefined && { account }), ...service }
  return {
    token: async () => (await token(request)).accessToken,
    refused: (accessToken, reason) => refused(request, accessToken, reason),
    accepted: () => accepted(request),
    site: { demands: () => sites.get(site), error: (reason) => errorOfReason(reason, site, account) },
  }
}
