import { isCalled, type Account, type AccountsState, type FoundTokens, type FreshToken, type WhoAtSite } from '@shared/domain/account'
import { FirstError } from '@shared/errors'
import { isMendedBySignIn, type AuthReason } from '@shared/globus/auth-reason'
import { errorOfReason } from '@shared/globus/reason-error'
import type { AuthClient } from './auth-client'
import type { AskSite } from './ask-site'
import { createHelperTokens } from './helper-tokens'
import { createRenewal, endedReason } from './renewal'
import { createProblems, ofGateway, ofStaging } from './problems'
import { authServer, consentTo, isFor, purposeOf } from './scopes'
import type { SignInDeps, SignIns } from './sign-in-deps'
import { createSignIns } from './sign-ins'
import { createSiteTokens, type SiteTokens, type SiteTokensDeps } from './site-tokens'
import { findAccount, type TokenRequest } from './token-request'
import type { StoredAccount, TokenRecord } from './token-store'

export interface AccountsDeps extends Omit<SignInDeps, 'shown' | 'problemOf' | 'onChange' | 'onSignedIn'> {
  readonly auth: AuthClient
  /** The core can open a browser. */
  readonly opensBrowser: boolean
  readonly askSite: AskSite
  /** The person's home folder, where other programs keep tokens. */
  readonly home: string
  /** Unix milliseconds; runs on while the machine sleeps. */
  readonly now: () => number
}

/** Who is signed in where, and their tokens. */
export interface Accounts {
  state(): AccountsState
  onChange(listener: () => void): () => void
  /** Somebody has signed in to a site: what was refused there can be asked again. */
  onSignedIn(listener: (site: string) => void): () => void
  readonly signIns: Pick<SignIns, 'begin' | 'wait' | 'paste' | 'cancel'>
  /** Revokes what is ours and forgets it. @returns tokens that could not be revoked, and end by themselves */
  signOut(account: string): Promise<number>
  /** The site's clusters use this account from now on, where they name none. */
  use(account: string): Promise<void>
  /** A token that is good now. @throws FirstError `sign_in_needed` with `info: {site, reason}`; `upstream_unreachable` */
  token(request: TokenRequest): Promise<FreshToken>
  /** A service did not take a token. @returns whether another may be had at once */
  refused(request: TokenRequest, accessToken: string, reason: AuthReason | undefined): boolean
  /** A token was taken: what was refused before is no problem any more. */
  accepted(request: TokenRequest): void
  /** What was to be done at a site waits for a sign-in: shown with its account until there is one. @param reason undefined: it does not wait any more */
  tellNeed(request: Pick<TokenRequest, 'site' | 'account'>, reason: AuthReason | undefined): Promise<void>
  /** Who the account is, by the gateway of its site; its groups too. */
  whoAtSite(account: string): Promise<WhoAtSite>
  /** For a cluster: of the site's gateway, or of a service of Globus. */
  siteTokens(of: Pick<SiteTokensDeps, 'site' | 'account' | 'service'>): SiteTokens
  /** A page that ends the browser's own session with Globus. */
  readonly logoutUrl: string
  findTokens(): Promise<FoundTokens[]>
  importTokens(id: string): Promise<Account>
  close(): void
}

/** A site that refused a session is asked again after this, without a sign-in: what it wants may have changed. */
const refusalHoldsMs = 60_000

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, sites, auth, now, after, logger } = deps
  const listeners = new Set<() => void>()
  const signedIn = new Set<(site: string) => void>()
  const renewal = createRenewal({ store, auth, now, after, logger })
  const refusals = new Map<string, { readonly reason: AuthReason; readonly atMs: number }>()
  const changed = (): void => listeners.forEach((listener) => listener())

  const find = (id: string): StoredAccount => {
    const account = store.account(id)
    if (account === undefined) throw new FirstError('not_found', `There is no account ${id}.`, { action: 'Use one that «first-desktop whoami» lists.' })
    return account
  }
  const onSignedIn = (site: string, account: string): void => {
    refusals.delete(account)
    signedIn.forEach((listener) => listener(site))
    changed()
  }
  const problems = createProblems({ ...deps, onChange: changed })
  const signIns = createSignIns({ ...deps, shown: (id) => show(find(id)), problemOf: (account) => problems.of(account), onChange: changed, onSignedIn })
  const helper = createHelperTokens({ ...deps, onImported: onSignedIn })

  const show = (account: StoredAccount): Account => {
    const { id, sub, username, name, provider, signedInAtMs, isUsed, isBorrowed } = account
    const problem = problems.of(account)
    const isNamed = deps.wanted().some((one) => one.site === account.site && one.account !== undefined && isCalled(one.account, account))
    const site = sites.all()[account.site]
    const grants = store.records(id).map(({ resourceServer, scopes, expiresAtMs, refreshToken }) => ({ resourceServer, scopes, expiresAtMs, purpose: purposeOf(resourceServer, site), isRenewed: refreshToken !== undefined }))
    return { id, site: account.site, sub, username, name, signedInAtMs, isUsed, isBorrowed, grants, ...(isNamed && { isNamed }), ...(provider !== undefined && { provider }), ...(problem !== undefined && { problem }) }
  }

  /** A keychain that is shut hinders who needs a token, not the window. */
  const shownAccounts = (): Pick<AccountsState, 'accounts' | 'problem'> => {
    try {
      return { accounts: store.accounts().map(show) }
    } catch (cause) {
      if (!(cause instanceof FirstError)) throw cause
      return { accounts: [], problem: cause.message }
    }
  }

  const whose = ({ site, account }: TokenRequest): StoredAccount => {
    const found = findAccount(store.accounts(), { site, ...(account !== undefined && { account }) })
    if (found !== undefined) return found
    const { title } = sites.get(site)
    throw errorOfReason({ kind: 'sign_in', sentence: account === undefined || !store.accounts().some((one) => one.site === site) ? `You are not signed in to ${title}.` : `${account} is not signed in to ${title}.` }, site, account)
  }

  const recordOf = (account: StoredAccount, { resourceServer, scope, account: named }: TokenRequest): TokenRecord => {
    const site = sites.get(account.site)
    const server = resourceServer ?? site.resourceServer
    const record = store.record(account.id, server)
    if (isFor(record, scope)) return record
    throw errorOfReason(consentTo(server, site, scope), account.site, named)
  }

  const heldOf = ({ id }: StoredAccount): { readonly reason: AuthReason } | undefined => {
    const held = refusals.get(id)
    return held !== undefined && Math.abs(now() - held.atMs) < refusalHoldsMs ? held : undefined
  }

  const token = async (request: TokenRequest): Promise<FreshToken> => {
    const account = whose(request)
    const isOfGateway = request.resourceServer === undefined
    const held = isOfGateway ? heldOf(account) : undefined
    if (held !== undefined) throw errorOfReason(held.reason, account.site, request.account)
    const renewed = await renewal.fresh(account, recordOf(account, request))
    if (renewed.kind === 'ended') {
      const reason = endedReason(renewed.why, sites.get(account.site).title)
      await problems.tell(account.id, request.resourceServer ?? ofGateway, reason)
      throw errorOfReason(reason, account.site, request.account)
    }
    const { accessToken, expiresAtMs, scopes } = renewed.record
    return { accessToken, expiresAtMs, scopes, username: account.username }
  }

  const refused = (request: TokenRequest, accessToken: string, reason: AuthReason | undefined): boolean => {
    const account = whose(request)
    const record = recordOf(account, request)
    if (reason?.mayRenew === true && renewal.refused(account, record, accessToken)) return true
    // One that was renewed meanwhile is worth a try.
    if (record.accessToken !== accessToken) return true
    if (reason === undefined || !isMendedBySignIn(reason)) return false
    if (request.resourceServer === undefined) refusals.set(account.id, { reason, atMs: now() })
    void problems.tell(account.id, request.resourceServer ?? ofGateway, reason)
    return false
  }

  const accepted = (request: TokenRequest): void => {
    const account = findAccount(store.accounts(), request)
    const key = request.resourceServer ?? ofGateway
    const problem = account?.problems[key]
    if (account === undefined || problem === undefined) return
    // A gateway asks the same of every request; one that comes back now was sent before the refusal. A service asks more of some than of others.
    const mayStay = key === ofGateway ? heldOf(account) !== undefined : problem.kind !== 'sign_in'
    if (!mayStay) void problems.drop(account.id, key)
  }

  const revoke = async ({ clientId, isBorrowed }: StoredAccount, records: readonly TokenRecord[]): Promise<number> => {
    // Another program would be signed out with us.
    if (isBorrowed) return 0
    // The token that says who this is goes last; the order of the others does not matter.
    const tokens = [...records].sort((a, b) => Number(a.resourceServer === authServer) - Number(b.resourceServer === authServer)).flatMap(({ refreshToken, accessToken }) => [...(refreshToken === undefined ? [] : [refreshToken]), accessToken])
    const given = await Promise.allSettled(tokens.map((one) => auth.revoke({ clientId, token: one })))
    return given.filter(({ status }) => status === 'rejected').length
  }

  return {
    state: () => ({ sites: sites.list(), signIns: [...signIns.list()], opensBrowser: deps.opensBrowser, ...shownAccounts() }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onSignedIn(listener) {
      signedIn.add(listener)
      return () => signedIn.delete(listener)
    },
    signIns,
    async signOut(id) {
      const account = find(id)
      signIns.cancelOf(id)
      const left = await revoke(account, store.records(id))
      await store.remove(id)
      refusals.delete(id)
      const other = store.accounts().find(({ site }) => site === account.site)
      if (account.isUsed && other !== undefined) await store.putAccount({ ...other, isUsed: true })
      logger.info({ site: account.site, left }, 'somebody signed out')
      changed()
      return left
    },
    async use(id) {
      const { site } = find(id)
      for (const one of store.accounts().filter((other) => other.site === site && other.isUsed !== (other.id === id))) await store.putAccount({ ...one, isUsed: one.id === id })
      onSignedIn(site, id)
    },
    token,
    refused,
    accepted,
    async tellNeed(request, reason) {
      // Where nobody is signed in, that is what is shown.
      const account = findAccount(store.accounts(), request)
      if (account === undefined) return
      await (reason === undefined ? problems.drop(account.id, ofStaging) : problems.tell(account.id, ofStaging, reason))
    },
    async whoAtSite(id) {
      const { site } = find(id)
      const { gatewayUrl, title } = sites.get(site)
      if (gatewayUrl === undefined) throw new FirstError('not_found', `Where the gateway of ${title} answers is not known.`, { action: `Add gatewayUrl to the site ${site} in config.yaml.` })
      return deps.askSite({ gatewayUrl, tokens: createSiteTokens({ site, account: id, sites, token, refused, accepted }) })
    },
    siteTokens: (of) => createSiteTokens({ ...of, sites, token, refused, accepted }),
    logoutUrl: `${deps.authUrl}/v2/web/logout`,
    findTokens: () => helper.find(),
    importTokens: async (id) => show(find(await helper.take(id))),
    close: () => signIns.close(),
  }
}
