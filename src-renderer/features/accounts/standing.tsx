import { counted } from '@renderer/ui/format'
import type { AccountSite } from '@shared/domain/account'
import { useWhoAtSite } from './use-who-at-site'

export interface StandingProps {
  readonly account: string
  readonly site: AccountSite
}

/** Groups of somebody at a site, in a line, and when they must sign in again; which groups these are stands in the details. */
export function Standing({ account, site }: StandingProps) {
  const { gatewayUrl, hasPolicy, title } = site
  return (
    <p className="text-xs text-ink-mute">
      {gatewayUrl !== undefined && <Groups account={account} title={title} />}
      {hasPolicy ? 'Its policy decides when you must sign in again.' : 'The sign-in holds until Globus or you end it.'}
    </p>
  )
}

function Groups({ account, title }: { readonly account: string; readonly title: string }) {
  const { value } = useWhoAtSite(account)
  if (value === undefined) return null
  const { groups } = value
  return <span title={groups.join('\n')}>{groups.length === 0 ? `In no group that ${title} knows of. ` : `In ${counted(groups.length, 'group')} at ${title}. `}</span>
}
