import { useKnown, type Question } from '@renderer/db'
import { useConnection, useCoreState } from '@renderer/rpc'
import { accountsState, type AccountsState } from '@shared/domain/account'
import { useEffect } from 'react'

const accountsQuestion: Question<AccountsState> = {
  key: 'accounts',
  schema: accountsState,
  // An address of a sign-in is of use once, and to nobody else.
  shorten: (state) => ({ ...state, signIns: [] }),
  ask: (client) => client.accounts.state(),
}

export interface AccountsView {
  readonly state: AccountsState | undefined
  /** Unix milliseconds: how old that is; absent while it is told as it changes. */
  readonly asOfMs: number | undefined
  /** Why it is not known. */
  readonly cause: unknown
  readonly ask: () => Promise<void>
}

/** As the core tells it, or, until it tells, as kept from last time. */
export function useAccounts(): AccountsView {
  const told = useCoreState((state) => state.accounts)
  const { connection, sinceMs } = useConnection()
  const { value, atMs, cause, ask } = useKnown(accountsQuestion)
  // What is kept follows what is told.
  useEffect(() => {
    if (told !== undefined) void ask()
  }, [told, ask])
  if (told !== undefined) return { state: told, asOfMs: connection === 'open' ? undefined : sinceMs, cause: undefined, ask }
  return { state: value, asOfMs: connection === 'open' && cause === undefined ? undefined : atMs, cause, ask }
}
