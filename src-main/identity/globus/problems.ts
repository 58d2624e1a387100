import { isDeepStrictEqual } from 'node:util'
import { isMendedBySignIn, type AuthReason } from '@shared/globus/auth-reason'
import { joinReasons } from '@shared/globus/join-reasons'
import { consentTo, isFor, joinScopes } from './scopes'
import type { SignInDeps } from './sign-in-deps'
import { findAccount } from './token-request'
import type { StoredAccount } from './token-store'

/** The key of what the site's gateway says; that of a service is its resource server. */
export const ofGateway = 'gateway'
/** The key of what the files of batches wait for. */
export const ofStaging = 'staging'

/** Why accounts are of no use, or of less, until the next sign-in. */
export interface Problems {
  /** All that is wrong with an account, as one reason: of the gateway, of services that clusters use, of files of batches. */
  of(account: StoredAccount): AuthReason | undefined
  /** Kept until it is dropped, or the next sign-in. @param key whose word it is; other reasons than those that a sign-in mends are left out */
  tell(account: string, key: string, reason: AuthReason): Promise<void>
  /** It is none any more. */
  drop(account: string, key: string): Promise<void>
}

export function createProblems({ store, sites, wanted, logger, onChange }: Pick<SignInDeps, 'store' | 'sites' | 'wanted' | 'logger' | 'onChange'>): Problems {
  /** One that was never asked for is a problem before anybody is refused; one that no cluster uses any more is none. */
  const ofServices = (account: StoredAccount): (AuthReason | undefined)[] =>
    wanted().flatMap(({ resourceServer, scope, ...whose }) => {
      if (resourceServer === undefined || findAccount(store.accounts(), whose)?.id !== account.id) return []
      return isFor(store.record(account.id, resourceServer), scope) ? account.problems[resourceServer] : consentTo(resourceServer, sites.all()[account.site], scope)
    })
  const keep = async (account: StoredAccount): Promise<void> => {
    const kept = store.putAccount(account)
    onChange()
    try {
      await kept
    } catch (cause) {
      logger.error({ cause, site: account.site }, 'the state of an account could not be kept')
    }
  }
  return {
    of: (account) => joinReasons([account.problems[ofGateway], ...ofServices(account), account.problems[ofStaging]].filter((reason) => reason !== undefined)),
    async tell(id, key, reason) {
      const account = store.account(id)
      if (account === undefined || !isMendedBySignIn(reason)) return
      const known = account.problems[key]
      // Each refusal may name another scope, and one sign-in is to be enough.
      const requiredScopes = joinScopes(known?.requiredScopes, reason.requiredScopes)
      const problem = { ...reason, ...(requiredScopes.length > 0 && { requiredScopes }) }
      if (!isDeepStrictEqual(known, problem)) await keep({ ...account, problems: { ...account.problems, [key]: problem } })
    },
    async drop(id, key) {
      const account = store.account(id)
      if (account?.problems[key] === undefined) return
      await keep({ ...account, problems: Object.fromEntries(Object.entries(account.problems).filter(([other]) => other !== key)) })
    },
  }
}
