import { isCalled } from '@shared/domain/account'
import type { StoredAccount } from './token-store'

/** Which token is wanted. */
export interface TokenRequest {
  readonly site: string
  /** Username or id; absent: the one in use at the site. */
  readonly account?: string
  /** Absent: the site's gateway. */
  readonly resourceServer?: string
  /** Asked for at the sign-in where there is no such token yet. */
  readonly scope?: string
}

/** Whose token is wanted; undefined where nobody such is signed in. */
export function findAccount(accounts: readonly StoredAccount[], { site, account }: Pick<TokenRequest, 'site' | 'account'>): StoredAccount | undefined {
  const there = accounts.filter((one) => one.site === site)
  return account === undefined ? (there.find(({ isUsed }) => isUsed) ?? there[0]) : there.find((one) => isCalled(account, one))
}
