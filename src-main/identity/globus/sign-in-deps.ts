import type { Account, SignIn } from '@shared/domain/account'
import type { AuthReason, SessionDemands } from '@shared/globus/auth-reason'
import type { SignInWay } from '@shared/config/sites'
import type { Logger } from '../../core/logger'
import type { AuthClient } from './auth-client'
import type { SiteBook } from './sites'
import type { TokenRequest } from './token-request'
import type { StoredAccount, TokenStore } from './token-store'

export interface SignInRequest {
  readonly site: string
  /** Id or username of who signs in, anew or for the first time; absent: the account in use at the site, or a new one where there is none. */
  readonly account?: string
  /** Another account beside those there are, where none is named. */
  readonly isAnother?: boolean
  /** Absent: what the site offers first. */
  readonly way?: SignInWay
  /** Asked for besides what the account has. */
  readonly scopes?: readonly string[]
  /** What a refusal asked for (`info.reason.session` of `sign_in_needed`). */
  readonly session?: SessionDemands
}

export interface SignIns {
  list(): readonly SignIn[]
  /** @throws FirstError `not_found`, or `sign_in_failed` where no port can be opened */
  begin(request: SignInRequest): Promise<SignIn>
  /** The account, once the sign-in is over. @throws FirstError `sign_in_failed` that says why it came to nothing; `cancelled` */
  wait(id: string, signal: AbortSignal): Promise<Account>
  /** The code of Globus' page, or the whole address that the browser could not open. @throws as `wait` */
  paste(id: string, text: string): Promise<Account>
  cancel(id: string): void
  /** Those under way for an account that is signed out. */
  cancelOf(account: string): void
  close(): void
}

export interface SignInDeps {
  readonly store: TokenStore
  readonly sites: SiteBook
  /** Tokens that the clusters of the configuration need: one sign-in asks for all of them. */
  readonly wanted: () => readonly TokenRequest[]
  readonly auth: AuthClient
  /** Origin of Globus Auth. */
  readonly authUrl: string
  /** Unix milliseconds. */
  readonly now: () => number
  /** Calls back once; returns how to cancel that. */
  readonly after: (ms: number, callback: () => void) => () => void
  readonly mask: (secret: string) => void
  readonly logger: Logger
  /** An account as it is shown. */
  readonly shown: (id: string) => Account
  /** Why an account needs the sign-in. */
  readonly problemOf: (account: StoredAccount) => AuthReason | undefined
  readonly onChange: () => void
  /** A link to the app for the page at the end, where the system knows one. */
  readonly wayBack: () => string | undefined
  /** Somebody has signed in: what waits for that may go on. */
  readonly onSignedIn: (site: string, account: string) => void
}
