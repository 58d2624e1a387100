import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { roughly } from '@renderer/ui/format'
import { Notice } from '@renderer/ui/notice'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { useNow } from '@renderer/ui/relative-time'
import { SettingGroup } from '@renderer/ui/setting-row'
import { tell } from '@renderer/ui/tell'
import type { AccountSite, FoundTokens as Found } from '@shared/domain/account'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { callOf, titleOf } from './words'

/** Tokens of the sites' own programs, looked for only when somebody asks; they are read and never written. */
export function FoundTokens({ sites, isOld }: { readonly sites: readonly AccountSite[]; readonly isOld: boolean }) {
  const client = useCoreClient()
  const [found, setFound] = useState<readonly Found[]>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState<string>()
  const look = async () => {
    setBusy('look')
    setProblem(undefined)
    await client.accounts
      .findTokens()
      .then(setFound, (cause: unknown) => setProblem(problemOf(cause)))
      .finally(() => setBusy(undefined))
  }
  const take = async ({ id, site }: Found) => {
    setBusy(id)
    try {
      const account = await client.accounts.importTokens({ id })
      setFound((all) => all?.filter((one) => one.id !== id))
      toast(`${callOf(account)} is signed in to ${titleOf(sites, site)}`)
    } catch (cause) {
      tell(cause)
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <SettingGroup title="Signed in elsewhere on this machine">
      <div className="flex items-center gap-6 px-4 py-3">
        <p className="flex-1 text-xs text-ink-mute">If you signed in with a site’s own program, such as ALCF’s token helper, its tokens can be used here. Its files are read, and never changed.</p>
        <Button disabled={isOld} isBusy={busy === 'look'} onClick={() => void look()}>
          <Search strokeWidth={1.75} aria-hidden />
          Look for tokens
        </Button>
      </div>
      {problem !== undefined && (
        <Notice tone="fail" className="rounded-none">
          {problem.message} {problem.action}
        </Notice>
      )}
      {found?.map((one) => (
        <FoundRow key={one.id} found={one} title={titleOf(sites, one.site)} isBusy={busy === one.id} isOld={isOld} onImport={() => void take(one)} />
      ))}
      {found?.length === 0 && (
        <p role="status" className="px-4 py-3 text-sm text-ink-mute">
          None were found in your home directory.
        </p>
      )}
    </SettingGroup>
  )
}

interface FoundRowProps {
  readonly found: Found
  readonly title: string
  readonly isBusy: boolean
  readonly isOld: boolean
  readonly onImport: () => void
}

function FoundRow({ found: { path, sub, expiresAtMs, isRenewed }, title, isBusy, isOld, onImport }: FoundRowProps) {
  const leftMs = expiresAtMs - useNow()
  return (
    <div className="flex items-center gap-6 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="text-sm">
          <span className="font-medium">{title}</span> {sub !== undefined && <span className="font-mono text-xs text-ink-mute">{sub}</span>}
        </p>
        <p className="font-mono text-xs text-ink-mute wrap-anywhere">{path}</p>
        <p className="text-xs text-ink-mute tabular-nums">{isRenewed ? 'Renewed when it ends' : leftMs > 0 ? `${roughly(leftMs)} left, not renewed` : 'Over: a sign-in is needed'}</p>
      </div>
      <Button isBusy={isBusy} disabled={isOld} onClick={onImport}>
        Import
      </Button>
    </div>
  )
}
