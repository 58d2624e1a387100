import { Button } from '@renderer/ui/button'
import { roughly } from '@renderer/ui/format'
import { useNow } from '@renderer/ui/relative-time'
import { Spinner } from '@renderer/ui/spinner'
import type { AccountSite, SignIn } from '@shared/domain/account'
import { GlobusLink } from './globus-link'
import { useSignIn } from './use-sign-in'

export interface WaitForBrowserProps {
  readonly signIn: SignIn
  readonly site: AccountSite
  readonly opensBrowser: boolean
}

/** The browser is to come back to this machine by itself. */
export function WaitForBrowser({ signIn: { url, expiresAtMs }, site, opensBrowser }: WaitForBrowserProps) {
  const flow = useSignIn()
  const nowMs = useNow()
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="flex items-center gap-2">
        <Spinner />
        {opensBrowser ? 'Sign in on the page that has opened in your browser.' : 'Sign in on the page of Globus, in a browser of this machine.'}
      </p>
      <p className="text-xs text-ink-mute tabular-nums">This window goes on by itself. The sign-in is given up in {roughly(Math.max(0, expiresAtMs - nowMs))}.</p>
      <div className="flex flex-wrap items-center gap-2">
        <GlobusLink url={url}>{opensBrowser ? 'Open it again' : 'Open the page of Globus'}</GlobusLink>
        {site.ways.includes('paste') && (
          <Button look="quiet" onClick={() => flow.begin('paste')}>
            Paste a code instead
          </Button>
        )}
      </div>
    </div>
  )
}
