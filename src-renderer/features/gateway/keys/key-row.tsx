import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { cn } from '@renderer/ui/cn'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { day } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { tell } from '@renderer/ui/tell'
import type { IssuedKey } from '@shared/rpc/contract'
import { useState } from 'react'
import { scopeWords, type KeyState } from './key-state'

export interface KeyRowProps {
  readonly issued: IssuedKey
  readonly state: KeyState
  readonly onRevoked: () => Promise<void>
}

export function KeyRow({ issued, state, onRevoked }: KeyRowProps) {
  const client = useCoreClient()
  const [isAsking, setIsAsking] = useState(false)
  const { id, name, scopes } = issued
  const revoke = () => client.keys.revoke({ id }).then(onRevoked, tell)
  return (
    <div className={cn('flex min-h-14 items-center gap-6 px-4 py-3', state !== 'valid' && 'text-ink-mute')}>
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium" title={id}>
          {name}
        </p>
        <p className="truncate text-xs text-ink-mute" title={[...(scopes?.models ?? []), ...(scopes?.clusters ?? [])].join(', ')}>
          {scopeWords(scopes)}
        </p>
      </div>
      <div className="shrink-0 text-right text-xs text-ink-mute tabular-nums">
        <p>
          <LastUse issued={issued} />
        </p>
        <p>
          <End issued={issued} state={state} />
        </p>
      </div>
      {state === 'valid' && (
        <Button look="danger" aria-label={`Revoke ${name}`} onClick={() => setIsAsking(true)}>
          Revoke
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Revoke ${name}?`}
        description="Whoever uses it is refused from the next request on, and it cannot be brought back. Answers under way come to their end, and what it used stays in the records."
        action="Revoke"
        onConfirm={revoke}
      />
    </div>
  )
}

function LastUse({ issued: { lastUsedAtMs } }: Pick<KeyRowProps, 'issued'>) {
  if (lastUsedAtMs === undefined) return <>Not used yet</>
  return (
    <>
      Used <RelativeTime atMs={lastUsedAtMs} />
    </>
  )
}

function End({ issued: { createdAtMs, expiresAtMs, revokedAtMs }, state }: Pick<KeyRowProps, 'issued' | 'state'>) {
  if (state === 'revoked') return <>Revoked {day(revokedAtMs ?? createdAtMs)}</>
  if (expiresAtMs === undefined) return <>Made {day(createdAtMs)}, no end</>
  return (
    <time dateTime={new Date(expiresAtMs).toISOString()} title={new Date(expiresAtMs).toLocaleString()}>
      {state === 'expired' ? 'Ended' : 'Until'} {day(expiresAtMs)}
    </time>
  )
}
