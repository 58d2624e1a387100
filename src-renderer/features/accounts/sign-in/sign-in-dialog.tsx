import { useCoreState } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Dialog } from '@renderer/ui/dialog'
import { Notice } from '@renderer/ui/notice'
import { Spinner } from '@renderer/ui/spinner'
import type { AccountSite } from '@shared/domain/account'
import { ExternalLink } from 'lucide-react'
import { demandsOf, wayFor } from '../words'
import type { SignInStage } from './flow'
import { PasteCode } from './paste-code'
import { useSignIn, useSignInStage } from './use-sign-in'
import { WaitForBrowser } from './wait-for-browser'

/** The sign-in of this window, wherever it was asked for. */
export function SignInDialog() {
  const stage = useSignInStage()
  const accounts = useCoreState((state) => state.accounts)
  if (stage.kind === 'none') return null
  const site = accounts?.sites.find(({ name }) => name === stage.ask.site) ?? unknownSite(stage.ask.site)
  return <Shown stage={stage} site={site} opensBrowser={accounts?.opensBrowser ?? false} />
}

const unknownSite = (name: string): AccountSite => ({ name, title: name, domains: [], hasPolicy: false, ways: ['browser', 'paste'], isPreset: false })

interface ShownProps {
  readonly stage: Exclude<SignInStage, { kind: 'none' }>
  readonly site: AccountSite
  readonly opensBrowser: boolean
}

function Shown({ stage, site, opensBrowser }: ShownProps) {
  const flow = useSignIn()
  const way = wayFor(site, opensBrowser)
  return (
    <Dialog isOpen={stage.isShown} onClose={() => flow.hide()} title={`Sign in to ${site.title}`} actions={<Actions stage={stage} begin={() => flow.begin(way)} opensBrowser={opensBrowser} />}>
      <div className="flex flex-col gap-4 text-sm">
        {stage.kind === 'failed' ? (
          <Notice tone="fail">
            {stage.problem.message} <span className="text-ink-mute">{stage.problem.action}</span>
          </Notice>
        ) : (
          stage.ask.sentence !== undefined && <p>{stage.ask.sentence}</p>
        )}
        {stage.kind !== 'failed' && <Demands site={site} />}
        {stage.kind === 'beginning' && (
          <p role="status" className="flex items-center gap-2 text-ink-mute">
            <Spinner /> Asking Globus…
          </p>
        )}
        {stage.kind === 'waiting' && (stage.signIn.way === 'paste' ? <PasteCode key={stage.signIn.id} signIn={stage.signIn} opensBrowser={opensBrowser} /> : <WaitForBrowser signIn={stage.signIn} site={site} opensBrowser={opensBrowser} />)}
      </div>
    </Dialog>
  )
}

function Demands({ site }: { readonly site: AccountSite }) {
  const demands = demandsOf(site)
  if (demands.length === 0) return null
  return (
    <section aria-label={`What ${site.title} asks for`}>
      <ul className="list-disc space-y-1 pl-4 text-ink-soft marker:text-ink-mute">
        {demands.map((demand) => (
          <li key={demand}>{demand}</li>
        ))}
      </ul>
    </section>
  )
}

interface ActionsProps {
  readonly stage: ShownProps['stage']
  readonly begin: () => void
  readonly opensBrowser: boolean
}

function Actions({ stage, begin, opensBrowser }: ActionsProps) {
  const flow = useSignIn()
  const isOpen = useCoreState((state) => state.connection === 'open')
  const mayBegin = stage.kind === 'asked' || stage.kind === 'failed'
  return (
    <>
      <Button onClick={() => flow.cancel()}>{stage.kind === 'failed' ? 'Close' : 'Cancel'}</Button>
      {mayBegin && (
        <Button look="primary" disabled={!isOpen} title={isOpen ? undefined : 'FIRST Desktop does not answer this window'} onClick={begin}>
          {opensBrowser && stage.kind === 'asked' && <ExternalLink strokeWidth={1.75} aria-hidden />}
          {stage.kind === 'failed' ? 'Try again' : opensBrowser ? 'Open the browser' : 'Continue'}
        </Button>
      )}
    </>
  )
}
