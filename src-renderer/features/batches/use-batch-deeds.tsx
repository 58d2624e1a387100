import { useCoreClient, useCoreState } from '@renderer/rpc'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { counted } from '@renderer/ui/format'
import { tell } from '@renderer/ui/tell'
import type { MenuItem } from '@renderer/ui/menu'
import type { Batch } from '@shared/domain/batch'
import { CirclePause, CirclePlay, CircleSlash, RotateCcw, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import { useLocation } from 'wouter'
import { deedsOf } from './batch-words'
import { batchesPath, batchPath } from './paths'

export interface Deeds {
  readonly items: readonly MenuItem[]
  /** The question that one of them asks first. */
  readonly dialog: ReactNode
  /** Why none can be done now. */
  readonly hindrance: string | undefined
}

/** What a person can do with a batch; what takes something away asks first. */
export function useBatchDeeds(batch: Batch): Deeds {
  const client = useCoreClient()
  const [, navigate] = useLocation()
  const isOpen = useCoreState((state) => state.connection === 'open')
  const [asking, setAsking] = useState<'cancel' | 'remove'>()
  const { id, name, total, completed, failed, inFlight = 0 } = batch
  const can = deedsOf(batch)
  const left = total - completed - failed
  const retry = async () => {
    const next = await client.batches.retryFailed({ id })
    toast(`${counted(next.total > 0 ? next.total : total - completed, 'request')} of ${name} are tried again`)
    navigate(batchPath(next.id))
  }
  const remove = async () => {
    await client.batches.remove({ id })
    navigate(batchesPath)
  }
  const deeds: readonly (MenuItem & { readonly isThere: boolean })[] = [
    { isThere: can.canPause, label: 'Pause', icon: CirclePause, onSelect: () => void client.batches.setPaused({ id, isPaused: true }).catch(tell) },
    { isThere: can.canResume, label: 'Resume', icon: CirclePlay, onSelect: () => void client.batches.setPaused({ id, isPaused: false }).catch(tell) },
    { isThere: can.canRetry, label: 'Retry what failed', icon: RotateCcw, onSelect: () => void retry().catch(tell) },
    { isThere: can.canCancel, label: 'Cancel…', icon: CircleSlash, isDangerous: true, onSelect: () => setAsking('cancel') },
    { isThere: can.canRemove, label: 'Remove…', icon: Trash2, isDangerous: true, onSelect: () => setAsking('remove') },
  ]
  return {
    items: deeds.filter(({ isThere }) => isThere),
    hindrance: isOpen ? undefined : 'FIRST Desktop does not answer this window',
    dialog: (
      <>
        <ConfirmDialog
          isOpen={asking === 'cancel'}
          onClose={() => setAsking(undefined)}
          title={`Cancel ${name}?`}
          description={`${counted(completed, 'result')} so far stay and can be saved. ${left > 0 ? `${counted(left, 'request')} without a result ${left === 1 ? 'is' : 'are'} not done${inFlight > 0 ? `, ${inFlight} of them under way now` : ''}.` : ''}`}
          action="Cancel the batch"
          dismissal="Let it run"
          onConfirm={() => client.batches.cancel({ id }).then(() => undefined, tell)}
        />
        <ConfirmDialog
          isOpen={asking === 'remove'}
          onClose={() => setAsking(undefined)}
          title={`Remove ${name}?`}
          description={completed + failed > 0 ? `Its ${counted(completed + failed, 'result')} are deleted with it. Save them first if you need them. This cannot be undone.` : 'It has no results. This cannot be undone.'}
          action="Remove"
          onConfirm={() => remove().catch(tell)}
        />
      </>
    ),
  }
}
