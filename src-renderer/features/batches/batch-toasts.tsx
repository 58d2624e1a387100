import { useCoreState } from '@renderer/rpc'
import { counted } from '@renderer/ui/format'
import { isBatchOver, type Batch } from '@shared/domain/batch'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { useLocation } from 'wouter'
import { moodOf, moodWords } from './batch-words'
import { batchPath } from './paths'

/** Tells of each batch that came to its end while this window was open. */
export function BatchToasts() {
  const batches = useCoreState((state) => state.batches)
  const [location, navigate] = useLocation()
  const open = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (batches === undefined) return
    const ended = batches.filter(({ id, status }) => open.current.has(id) && isBatchOver(status))
    open.current = new Set(batches.filter(({ status }) => !isBatchOver(status)).map(({ id }) => id))
    for (const batch of ended)
      if (batch.status !== 'cancelled' && location !== batchPath(batch.id))
        toast(`${batch.name}: ${moodWords[moodOf(batch)].toLowerCase()}`, { id: batch.id, description: endWords(batch), duration: 15_000, action: { label: 'Show', onClick: () => navigate(batchPath(batch.id)) } })
  }, [batches, location, navigate])
  return null
}

function endWords({ status, total, completed, failed, errors }: Batch): string {
  if (status === 'failed') return errors[0]?.message ?? 'It could not be run.'
  return `${counted(completed, 'answer')} to ${counted(total, 'request')}${failed > 0 ? `, ${failed} failed` : ''}`
}
