import { useCoreClient } from '@renderer/rpc'
import { IconButton } from '@renderer/ui/icon-button'
import { Menu, type MenuItem } from '@renderer/ui/menu'
import { Notice } from '@renderer/ui/notice'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import { tell } from '@renderer/ui/tell'
import type { Account, AccountSite } from '@shared/domain/account'
import { isMendedBySignIn } from '@shared/globus/auth-reason'
import { CircleCheck, Ellipsis, IdCard, LogIn, LogOut } from 'lucide-react'
import { useState } from 'react'
import { AccountDetails } from './account-details'
import { GrantList } from './grant-list'
import { SignInToSite } from './sign-in-to-site'
import { SignOutDialog } from './sign-out-dialog'
import { Standing } from './standing'
import { useSignIn } from './sign-in/use-sign-in'
import { callOf } from './words'

export interface AccountRowProps {
  readonly account: Account
  readonly site: AccountSite
  readonly isOneOfSeveral: boolean
  readonly isOld: boolean
}

/** Somebody at a site: who, since when, what is granted, and what can be done. */
export function AccountRow({ account, site, isOneOfSeveral, isOld }: AccountRowProps) {
  const client = useCoreClient()
  const flow = useSignIn()
  const [open, setOpen] = useState<'details' | 'sign-out'>()
  const { id, name, username, provider, signedInAtMs, isUsed, isBorrowed, grants, problem } = account
  const call = callOf(account)
  const close = () => setOpen(undefined)
  const items: readonly (MenuItem & { readonly isThere: boolean })[] = [
    { isThere: isOneOfSeveral && !isUsed && !isOld, label: 'Use this account', icon: CircleCheck, onSelect: () => void client.accounts.use({ account: id }).catch(tell) },
    { isThere: true, label: 'Details', icon: IdCard, onSelect: () => setOpen('details') },
    { isThere: site.ways.length > 0 && !isOld, label: 'Sign in again', icon: LogIn, onSelect: () => flow.ask({ site: site.name, account: id }) },
    { isThere: !isOld, label: 'Sign out…', icon: LogOut, isDangerous: true, onSelect: () => setOpen('sign-out') },
  ]
  return (
    <section aria-label={`${call} at ${site.title}`} className="flex flex-col gap-3 px-4 py-3">
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
            <span className="font-medium">{name || call}</span>
            {name !== '' && <span className="text-ink-mute wrap-anywhere">{username}</span>}
          </p>
          <p className="text-xs text-ink-mute">
            {isBorrowed ? 'Imported' : 'Signed in'} <RelativeTime atMs={signedInAtMs} />
            {provider !== undefined && ` through ${provider}`}
            {isBorrowed && '; the tokens belong to the site’s own program'}
          </p>
          {problem === undefined && <Standing account={id} site={site} />}
        </div>
        <StatusMark className="mt-1" {...statusOf(account, isOneOfSeveral)} />
        <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${call}`} size="small" />} items={items.filter(({ isThere }) => isThere)} />
      </div>
      {problem !== undefined && (
        <Notice tone={isMendedBySignIn(problem) ? 'wait' : 'fail'} action={isOld ? undefined : <SignInToSite site={site.name} account={id} reason={problem} look={isUsed ? 'primary' : 'plain'} />}>
          {problem.sentence}
        </Notice>
      )}
      <GrantList grants={grants} />
      <AccountDetails isOpen={open === 'details'} onClose={close} account={account} site={site} />
      <SignOutDialog isOpen={open === 'sign-out'} onClose={close} account={account} title={site.title} />
    </section>
  )
}

function statusOf({ problem, isUsed, isNamed }: Account, isOneOfSeveral: boolean): Pick<Parameters<typeof StatusMark>[0], 'status' | 'word'> {
  if (isOneOfSeveral && !isUsed && isNamed !== true) return { status: 'offline', word: 'Not in use' }
  if (problem !== undefined) return isMendedBySignIn(problem) ? { status: 'queued', word: 'Sign-in needed' } : { status: 'failed', word: 'Not let in' }
  return { status: 'live', word: isOneOfSeveral ? 'In use' : 'Signed in' }
}
