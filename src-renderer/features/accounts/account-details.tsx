import { Dialog } from '@renderer/ui/dialog'
import { problemOf } from '@renderer/ui/problem'
import { RelativeTime } from '@renderer/ui/relative-time'
import type { Account, AccountSite } from '@shared/domain/account'
import type { ReactNode } from 'react'
import { useWhoAtSite } from './use-who-at-site'
import { callOf } from './words'

export interface AccountDetailsProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly account: Account
  readonly site: AccountSite
}

/** Who somebody is, for Globus and for the site, and each scope that was granted. */
export function AccountDetails({ isOpen, onClose, account, site }: AccountDetailsProps) {
  const { sub, provider, grants } = account
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={callOf(account)} description={`At ${site.title}`}>
      <dl className="grid grid-cols-[8rem_1fr] gap-x-4 gap-y-3 text-sm">
        <Fact name="Identity" isMono>
          {sub}
        </Fact>
        <Fact name="Institution">{provider ?? 'Globus did not say.'}</Fact>
        {site.gatewayUrl === undefined ? <Fact name="At the site">Its gateway is not named in config.yaml, so it cannot be asked.</Fact> : isOpen && <AtSite account={account.id} title={site.title} />}
        <Fact name="Asks again">
          {site.hasPolicy ? 'When its policy says so; the moment is not told beforehand. You are told here, and where it stops you.' : 'It names no policy; the sign-in holds until Globus or you end it.'}
        </Fact>
        {grants.map(({ resourceServer, purpose, scopes }) => (
          <Fact key={resourceServer} name={purpose.charAt(0).toUpperCase() + purpose.slice(1)} isMono>
            {scopes.map((scope) => (
              <span key={scope} className="block">
                {scope}
              </span>
            ))}
          </Fact>
        ))}
      </dl>
    </Dialog>
  )
}

function AtSite({ account, title }: { readonly account: string; readonly title: string }) {
  const { value, atMs, cause, isAsking } = useWhoAtSite(account)
  const problem = cause === undefined ? undefined : problemOf(cause)
  return (
    <>
      {value !== undefined && (
        <>
          <Fact name={`For ${title}`}>{value.name === '' ? value.username : `${value.name} (${value.username})`}</Fact>
          <Fact name="Groups" isMono={value.groups.length > 0}>
            {value.groups.length === 0 ? 'None that the site knows of.' : value.groups.map((group) => <span key={group} className="block">{group}</span>)}
          </Fact>
        </>
      )}
      {(value === undefined || problem !== undefined) && (
        <Fact name={value === undefined ? `For ${title}` : ''}>
          {problem === undefined ? (
            isAsking && <span className="text-ink-mute">Asking the site…</span>
          ) : (
            <span className="text-xs text-wait">
              {atMs !== undefined && (
                <>
                  As of <RelativeTime atMs={atMs} />.{' '}
                </>
              )}
              {problem.message}
            </span>
          )}
        </Fact>
      )}
    </>
  )
}

function Fact({ name, isMono = false, children }: { readonly name: string; readonly isMono?: boolean; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-mute">{name}</dt>
      <dd className={isMono ? 'font-mono text-xs leading-5 wrap-anywhere' : 'min-w-0 wrap-anywhere'}>{children}</dd>
    </>
  )
}
