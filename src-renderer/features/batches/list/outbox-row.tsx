import type { BatchOutboxRow } from '@renderer/db'
import { useCoreState } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { bytes } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { tell } from '@renderer/ui/tell'
import { useState } from 'react'
import { MoodMark } from '../batch-mark'
import { placeWords } from '../batch-words'
import { useBatchWork } from '../work/batch-work'

/** A batch that is not there yet: it waits for the core, or was refused by it. */
export function OutboxRow({ row: { id, filename, bytes: size, createdAtMs, order, problem } }: { readonly row: BatchOutboxRow }) {
  const { outbox } = useBatchWork()
  const isOpen = useCoreState((state) => state.connection === 'open')
  const [isAsking, setIsAsking] = useState(false)
  const name = order?.name ?? filename
  return (
    <li aria-label={name} className="flex items-center gap-4 border-b border-line bg-surface px-8 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className="truncate text-xs text-ink-mute">
          {bytes(size)} · {placeWords({ place: order?.place })} · kept <RelativeTime atMs={createdAtMs} />
        </p>
        <p className={`text-xs wrap-anywhere ${problem === undefined ? 'text-wait' : 'text-fail'}`}>
          {problem === undefined ? (isOpen ? 'It is being sent.' : 'It goes by itself, once, as soon as FIRST Desktop answers this window.') : `${problem.message} ${problem.action}`}
        </p>
      </div>
      <MoodMark mood={problem === undefined ? 'waiting' : 'refused'} word={problem === undefined ? 'In the outbox' : 'Refused'} />
      {problem !== undefined && <Button onClick={() => void outbox.retry(id).catch(tell)}>Try again</Button>}
      <Button look="danger" onClick={() => setIsAsking(true)}>
        Remove…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Remove ${name}?`}
        description="It has not been sent. The copy of the file in this window is deleted; the file that you dropped stays."
        action="Remove"
        onConfirm={() => outbox.remove(id).catch(tell)}
      />
    </li>
  )
}
