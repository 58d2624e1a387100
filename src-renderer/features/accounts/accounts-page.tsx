import { Notice } from '@renderer/ui/notice'
import { problemOf } from '@renderer/ui/problem'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Button } from '@renderer/ui/button'
import type { AccountsView } from './use-accounts'
import { useAccounts } from './use-accounts'
import { FoundTokens } from './found-tokens'
import { SignOutEverywhere } from './sign-out-everywhere'
import { SiteGroup } from './site-group'

/** Who one is at which site, and for how long. */
export function AccountsPage() {
  const view = useAccounts()
  const { state, asOfMs } = view
  const accounts = state?.accounts ?? []
  return (
    <main id="main" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto focus-visible:outline-none">
      <div className="mx-auto max-w-[48rem] px-8 pt-6 pb-16">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
          <h1 className="text-xl font-semibold">Accounts</h1>
          {accounts.length > 1 && <SignOutEverywhere accounts={accounts} isOld={asOfMs !== undefined} />}
        </div>
        <p className="mt-1 mb-6 text-sm text-ink-soft">Sign in to a site once; its models, batches and agents then work until its policy asks again.</p>
        {asOfMs !== undefined && (
          <Notice tone="wait" className="mb-6">
            This is what was known <RelativeTime atMs={asOfMs} />: FIRST Desktop does not answer this window.
          </Notice>
        )}
        {state === undefined ? <NotKnown view={view} /> : <Known state={state} isOld={asOfMs !== undefined} />}
      </div>
    </main>
  )
}

function NotKnown({ view: { cause, ask } }: { readonly view: AccountsView }) {
  if (cause === undefined) return <p className="py-12 text-center text-sm text-ink-mute">Reading the accounts…</p>
  const { message, action } = problemOf(cause)
  return (
    <Notice tone="fail" action={<Button onClick={() => void ask()}>Try again</Button>}>
      {message} <span className="text-ink-mute">{action}</span>
    </Notice>
  )
}

function Known({ state, isOld }: { readonly state: NonNullable<AccountsView['state']>; readonly isOld: boolean }) {
  const { sites, accounts, problem } = state
  // An account outlives a site that was taken out of config.yaml.
  const orphans = accounts.filter(({ site }) => sites.every(({ name }) => name !== site))
  return (
    <div>
      {problem !== undefined && (
        <Notice tone="fail" className="mb-6">
          {problem}
        </Notice>
      )}
      {sites.map((site) => (
        <SiteGroup key={site.name} site={site} accounts={accounts.filter((account) => account.site === site.name)} isOld={isOld} />
      ))}
      {[...new Set(orphans.map(({ site }) => site))].map((name) => (
        <SiteGroup key={name} site={{ name, title: name, domains: [], hasPolicy: false, ways: [], isPreset: false }} accounts={orphans.filter(({ site }) => site === name)} isOld={isOld} isGone />
      ))}
      <p className="mt-3 px-4 text-xs text-ink-mute">
        A site of your own is described under <code className="font-mono">sites</code> in config.yaml, and then stands here.
      </p>
      <FoundTokens sites={sites} isOld={isOld} />
    </div>
  )
}
