import { useBatches, useKnown, type Question } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { useNow } from '@renderer/ui/relative-time'
import { batch as batchSchema, isBatchOver, type Batch } from '@shared/domain/batch'
import { FileQuestion } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { z } from 'zod'
import { AsOf } from '../as-of'
import { batchesPath } from '../paths'
import { DetailHead } from './detail-head'
import { Rows } from './rows'
import { WhyNot } from './why-not'

/** Those that the core does not tell of by itself: it tells of the newest. */
const allQuestion: Question<readonly Batch[]> = { key: 'all batches', schema: z.array(batchSchema), isKept: false, ask: (client) => client.batches.list() }

export function BatchDetail({ id }: { readonly id: string }) {
  const { batches, isLoaded } = useBatches()
  const [found, setFound] = useState<Batch>()
  const batch = batches.find((each) => each.id === id) ?? (found?.id === id ? found : undefined)
  // One place for both: a question that is being asked stays when the core tells of a batch that was found before.
  return (
    <>
      {batch !== undefined && <Known key={id} batch={batch} />}
      {batch === undefined && (isLoaded ? <Older id={id} onFound={setFound} /> : <Reading />)}
    </>
  )
}

function Older({ id, onFound }: { readonly id: string; readonly onFound: (batch: Batch) => void }) {
  const { value, cause } = useKnown(allQuestion)
  const [, navigate] = useLocation()
  const batch = value?.find((each) => each.id === id)
  useEffect(() => {
    if (batch !== undefined) onFound(batch)
  }, [batch, onFound])
  if (batch !== undefined || (value === undefined && cause === undefined)) return <Reading />
  return (
    <EmptyState icon={FileQuestion} title="This batch is not there" action={<Button onClick={() => navigate(batchesPath)}>All batches</Button>}>
      It was removed, or it belongs to another data folder.
    </EmptyState>
  )
}

function Reading() {
  return <p className="w-full px-6 py-12 text-center text-sm text-ink-mute">Reading the batch…</p>
}

function Known({ batch }: { readonly batch: Batch }) {
  const { asOfMs } = useBatches()
  const nowMs = useNow()
  const [isRowOpen, setIsRowOpen] = useState(false)
  return (
    <>
      <header className="flex flex-col gap-3 px-8 pt-5 pb-3">
        <DetailHead batch={batch} nowMs={nowMs} isRowOpen={isRowOpen} />
        <AsOf atMs={asOfMs} />
      </header>
      {batch.errors.length > 0 && batch.status === 'failed' ? <WhyNot batch={batch} /> : <Rows key={batch.id} batch={batch} isRunning={!isBatchOver(batch.status)} onOpen={setIsRowOpen} />}
    </>
  )
}
