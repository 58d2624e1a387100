import { useCoreState } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { isCalled, type Account } from '@shared/domain/account'
import { isMendedBySignIn, type AuthReason } from '@shared/globus/auth-reason'
import { LogIn } from 'lucide-react'
import { useSignIn, useSignInStage } from './sign-in/use-sign-in'
import { callOf, titleOf, wayFor } from './words'

export interface SignInToSiteProps {
  readonly site: string
  /** As the refusal names it; who need not be signed in. Absent: the one in use. */
  readonly account?: string
  /** Why it is needed: what it asks for is asked of Globus. */
  readonly reason: AuthReason
  readonly look?: 'primary' | 'plain'
  /** Tells what is done after it from other things that wait for the same sign-in. */
  readonly purpose?: string
  readonly onDone?: (account: Account) => void
}

/** The one button of a refusal: begins the sign-in that mends it. Nothing where none can. */
export function SignInToSite({ site: name, account, reason, look = 'plain', purpose, onDone }: SignInToSiteProps) {
  const flow = useSignIn()
  const stage = useSignInStage()
  const accounts = useCoreState((state) => state.accounts)
  const isOpen = useCoreState((state) => state.connection === 'open')
  const site = accounts?.sites.find((one) => one.name === name)
  if (accounts === undefined || site === undefined || !isMendedBySignIn(reason)) return null
  const meant = accounts.accounts.find((one) => one.site === name && (account === undefined ? one.isUsed : isCalled(account, one)))
  const whose = meant?.id ?? account
  const isOther = account !== undefined && meant?.isUsed !== true && reason.kind !== 'identity_provider'
  const begin = () =>
    flow.askAndBegin(
      {
        site: name,
        sentence: isOther ? `${reason.sentence} Sign in as ${meant === undefined ? account : callOf(meant)}.` : reason.sentence,
        ...(whose !== undefined && { account: whose }),
        ...(reason.requiredScopes !== undefined && { scopes: reason.requiredScopes }),
        ...(reason.session !== undefined && { session: reason.session }),
        ...(purpose !== undefined && { purpose }),
        ...(onDone !== undefined && { onDone }),
      },
      wayFor(site, accounts.opensBrowser),
    )
  const isWaiting = stage.kind === 'waiting' && stage.ask.site === name && !stage.isShown
  return (
    <Button look={look} className="h-7" disabled={!isOpen} title={isOpen ? undefined : 'FIRST Desktop does not answer this window'} onClick={begin}>
      <LogIn strokeWidth={1.75} aria-hidden />
      {isWaiting ? 'Show the sign-in' : `Sign in to ${titleOf(accounts.sites, name)}`}
    </Button>
  )
}
