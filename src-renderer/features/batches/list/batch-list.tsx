import { useBatches, useKnown, useLocalData, type BatchOutboxRow, type Question } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { useNow } from '@renderer/ui/relative-time'
import { batch as batchSchema, isBatchOver, type Batch } from '@shared/domain/batch'
import { useLiveQuery } from 'dexie-react-hooks'
import { useState } from 'react'
import { z } from 'zod'
import { AsOf } from '../as-of'
import { ChooseFile } from '../choose-file'
import { useIntake } from '../work/batch-work'
import { BatchRow } from './batch-row'
import { InHand } from './in-hand'
import { NoBatches } from './no-batches'
import { OutboxRow } from './outbox-row'
import { StayAwakeQuestion } from './stay-awake-question'

/** The core tells of so many by itself. */
const toldAtMost = 200

/** All batches, newest first, after what still waits to be one. */
export function BatchList() {
  const { db } = useLocalData()
  const { batches, isLoaded, asOfMs } = useBatches()
  const outbox = useLiveQuery(() => db.batchOutbox.filter(({ order }) => order !== undefined).reverse().sortBy('createdAtMs'), [db])
  const intake = useIntake()
  const nowMs = useNow()
  const [isAll, setIsAll] = useState(false)
  const waiting = (outbox ?? []).filter(({ id }) => batches.every(({ metadata }) => metadata?.['outbox_id'] !== id))
  const isEmpty = isLoaded && outbox !== undefined && batches.length === 0 && waiting.length === 0
  return (
    <>
      <header className="flex flex-col gap-3 px-8 pt-6 pb-4">
        <div className="flex items-center justify-between gap-4">
          <h1 className="text-xl font-semibold">Batches</h1>
          {!isEmpty && <ChooseFile>Choose a file</ChooseFile>}
        </div>
        <AsOf atMs={asOfMs} />
        {intake.kind !== 'none' && <InHand intake={intake} />}
        {batches.some(({ status }) => !isBatchOver(status)) && <StayAwakeQuestion />}
      </header>
      {!isLoaded && waiting.length === 0 && <p className="px-6 py-12 text-center text-sm text-ink-mute">Reading the batches…</p>}
      {isEmpty && <NoBatches />}
      {!isEmpty && (
        <div className="@container min-h-0 flex-1 overflow-y-auto border-t border-line pb-6 [scrollbar-gutter:stable]">
          <ul aria-label="Batches">
            {waiting.map((row: BatchOutboxRow) => (
              <OutboxRow key={row.id} row={row} />
            ))}
            {batches.map((batch) => (
              <BatchRow key={batch.id} batch={batch} nowMs={nowMs} />
            ))}
            {isAll && <Older after={batches} nowMs={nowMs} />}
          </ul>
          {batches.length >= toldAtMost && !isAll && (
            <div className="flex justify-center py-4">
              <Button onClick={() => setIsAll(true)}>Show older ones</Button>
            </div>
          )}
        </div>
      )}
    </>
  )
}

const allQuestion: Question<readonly Batch[]> = { key: 'all batches', schema: z.array(batchSchema), isKept: false, ask: (client) => client.batches.list() }

function Older({ after, nowMs }: { readonly after: readonly Batch[]; readonly nowMs: number }) {
  const { value = [] } = useKnown(allQuestion)
  const told = new Set(after.map(({ id }) => id))
  return value.filter(({ id }) => !told.has(id)).map((batch) => <BatchRow key={batch.id} batch={batch} nowMs={nowMs} />)
}
