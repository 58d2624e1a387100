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

type Named = Pick<StoredAccount, 'id' | 'username' | 'sub'>

/** Whether somebody is meant by what config.yaml, or a command, names. */
export const isCalled = (name: string, { id, username, sub }: Named): boolean => [id, username, sub].includes(name)

/** Whose token is wanted; undefined where nobody such is signed in. */
export function findAccount(accounts: readonly StoredAccount[], { site, account }: Pick<TokenRequest, 'site' | 'account'>): StoredAccount | undefined {
  const there = accounts.filter((one) => one.site === site)
  return account === undefined ? (there.find(({ isUsed }) => isUsed) ?? there[0]) : there.find((one) => isCalled(account, one))
}
