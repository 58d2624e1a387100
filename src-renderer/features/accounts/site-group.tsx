import { Button } from '@renderer/ui/button'
import { SettingGroup } from '@renderer/ui/setting-row'
import type { Account, AccountSite } from '@shared/domain/account'
import { LogIn, UserPlus } from 'lucide-react'
import { AccountRow } from './account-row'
import { useSignIn, useSignInStage } from './sign-in/use-sign-in'
import { demandsOf } from './words'

export interface SiteGroupProps {
  readonly site: AccountSite
  readonly accounts: readonly Account[]
  readonly isOld: boolean
  /** It is in the configuration no more. */
  readonly isGone?: boolean
}

/** A site, what it asks for, and who is signed in there. */
export function SiteGroup({ site, accounts, isOld, isGone = false }: SiteGroupProps) {
  const flow = useSignIn()
  const { name, title, isPreset } = site
  const isFirst = accounts.length === 0
  // The rest is said before the browser opens.
  const [first] = demandsOf(site)
  const signIn = (
    <Button look={isFirst ? 'primary' : 'plain'} disabled={isOld} onClick={() => flow.ask({ site: name, ...(!isFirst && { isAnother: true }) })}>
      {isFirst ? <LogIn strokeWidth={1.75} aria-hidden /> : <UserPlus strokeWidth={1.75} aria-hidden />}
      {isFirst ? `Sign in to ${title}` : 'Add another account'}
    </Button>
  )
  return (
    <SettingGroup title={title} action={isFirst || isGone ? undefined : signIn}>
      <Under name={name} />
      {accounts.map((account) => (
        <AccountRow key={account.id} account={account} site={site} isOneOfSeveral={accounts.length > 1} isOld={isOld} />
      ))}
      {isFirst && (
        <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-3">
          <div className="min-w-56 flex-1 text-sm">
            <p>You are not signed in.</p>
            {first !== undefined && <p className="text-xs text-pretty text-ink-mute">{first}</p>}
          </div>
          {signIn}
        </div>
      )}
      {(isGone || !isPreset) && <p className="px-4 py-2 text-xs text-ink-mute">{isGone ? 'This site is not in config.yaml any more: the account can only be signed out.' : `A site of config.yaml, named ${name} there.`}</p>}
    </SettingGroup>
  )
}

/** A sign-in that goes on while its dialog is hidden. */
function Under({ name }: { readonly name: string }) {
  const flow = useSignIn()
  const stage = useSignInStage()
  if (stage.kind !== 'waiting' || stage.isShown || stage.ask.site !== name) return null
  return (
    <div role="status" className="flex items-center gap-3 bg-sunken px-4 py-2 text-sm">
      <span className="flex-1">A sign-in waits for the browser.</span>
      <Button look="quiet" className="h-7" onClick={() => flow.cancel()}>
        Cancel
      </Button>
      <Button className="h-7" onClick={() => flow.show()}>
        Show
      </Button>
    </div>
  )
}
