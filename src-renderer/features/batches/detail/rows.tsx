import { cn } from '@renderer/ui/cn'
import { Choice } from '@renderer/ui/choice'
import { EmptyState } from '@renderer/ui/empty-state'
import { inputClass } from '@renderer/ui/field'
import { count } from '@renderer/ui/format'
import { problemOf } from '@renderer/ui/problem'
import type { Batch } from '@shared/domain/batch'
import type { BatchRow, BatchRowFilter } from '@shared/domain/batch-rows'
import { ListFilter, Rows3, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { RowPanel } from './row-panel'
import { RowsTable } from './rows-table'
import { useRowPages } from './use-row-pages'

/** A pause in typing after which it is looked for. */
const searchAfterMs = 250

export interface RowsProps {
  readonly batch: Batch
  readonly isRunning: boolean
  /** A request was opened, or closed. */
  readonly onOpen: (isOpen: boolean) => void
}

/** The requests of a batch, those that failed first. */
export function Rows({ batch, isRunning, onOpen }: RowsProps) {
  const [filter, setFilter] = useState<BatchRowFilter>('all')
  const [text, setText] = useState('')
  const search = useSettled(text.trim(), searchAfterMs)
  const pages = useRowPages({ id: batch.id, filter, search, status: batch.status, isRunning })
  const { total, cause, isPartial } = useStore(pages.state)
  const [open, setOpenRow] = useState<{ readonly place: number; readonly row: BatchRow }>()
  const setOpen = (next: typeof open) => {
    setOpenRow(next)
    onOpen(next !== undefined)
  }
  const area = useRef<HTMLDivElement>(null)
  const shownPlace = open !== undefined && pages.rowAt(open.place)?.index === open.row.index ? open.place : -1
  const select = (place: number | undefined) => {
    const row = place === undefined ? undefined : pages.rowAt(place)
    setOpen(place === undefined || row === undefined ? undefined : { place, row })
  }
  const close = () => {
    area.current?.querySelector<HTMLElement>('[role=row][aria-selected=true]')?.focus()
    setOpen(undefined)
  }
  const left = Math.max(0, batch.total - batch.completed - batch.failed)
  const filters: readonly { readonly value: BatchRowFilter; readonly label: string }[] = [
    { value: 'all', label: `All ${count(batch.total)}` },
    { value: 'failed', label: `Failed ${count(batch.failed)}` },
    { value: 'completed', label: `Answered ${count(batch.completed)}` },
    { value: 'waiting', label: `Not done ${count(left)}` },
  ]
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-8 pb-3 tabular-nums">
        <Choice label="Requests shown" value={filter} options={filters} onChange={setFilter} />
        {isPartial && (
          <p role="status" className="text-xs text-ink-mute">
            Searching…
          </p>
        )}
        <div className="relative ml-auto w-60 max-lg:w-52">
          <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
          <input type="search" aria-label="Search the requests" placeholder="Search the requests" maxLength={200} value={text} onChange={(event) => setText(event.target.value)} className={cn(inputClass, 'h-8 pl-8')} />
        </div>
      </div>
      <div ref={area} className="@container flex min-h-0 flex-1 flex-col border-t border-line">
        {total !== undefined && total > 0 ? (
          <RowsTable pages={pages} total={total} selected={shownPlace} onSelect={select} />
        ) : (
          <Nothing total={isPartial || (total === 0 && filter === 'all' && search === '' && batch.total > 0) ? undefined : total} cause={cause} isNarrowed={filter !== 'all' || search !== ''} />
        )}
      </div>
      {open !== undefined && <RowPanel batchId={batch.id} row={pages.rowAt(open.place)?.index === open.row.index ? (pages.rowAt(open.place) ?? open.row) : open.row} onClose={close} />}
    </>
  )
}

function Nothing({ total, cause, isNarrowed }: { readonly total: number | undefined; readonly cause: unknown; readonly isNarrowed: boolean }) {
  if (total === undefined) {
    const problem = cause === undefined ? undefined : problemOf(cause)
    return (
      <p role="status" className="px-6 py-12 text-center text-sm text-ink-mute">
        {problem === undefined ? 'Reading the requests…' : `${problem.message} ${problem.action}`}
      </p>
    )
  }
  if (isNarrowed) return <EmptyState icon={ListFilter} title="No request fits what you look for" />
  return (
    <EmptyState icon={Rows3} title="The file is being checked">
      Its requests are listed here when that is done.
    </EmptyState>
  )
}

/** A text once it has stayed the same for a while. */
function useSettled(text: string, afterMs: number): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterMs)
    return () => clearTimeout(timer)
  }, [text, afterMs])
  return settled
}
