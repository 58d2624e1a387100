import { useKnown, type Question } from '@renderer/db'
import { whoAtSite, type WhoAtSite } from '@shared/domain/account'
import { useMemo } from 'react'

/** Who an account is for the gateway of its site, with its groups there; kept, with its age. */
export function useWhoAtSite(account: string) {
  const question = useMemo((): Question<WhoAtSite> => ({ key: `who at site ${account}`, schema: whoAtSite, ask: (client) => client.accounts.whoami({ account }) }), [account])
  return useKnown(question)
}
