import { cn } from '@renderer/ui/cn'
import { count } from '@renderer/ui/format'
import { VirtualRows } from '@renderer/ui/virtual-rows'
import type { BatchRow } from '@shared/domain/batch-rows'
import { memo, useCallback, useRef } from 'react'
import { MoodMark } from '../batch-mark'
import { rowOf, type RowPages } from './row-pages'
import { useStore } from 'zustand'

/** A million rows of it are just under what browsers draw. */
const rowHeight = 32

const grid = 'grid-cols-[6.5rem_minmax(0,9rem)_minmax(0,1fr)_minmax(0,1fr)] @4xl:grid-cols-[6.5rem_minmax(0,13rem)_5rem_minmax(0,1fr)_minmax(0,1fr)]'

const states = {
  waiting: { mood: 'undone', word: 'Not done' },
  completed: { mood: 'done', word: 'Answered' },
  failed: { mood: 'refused', word: 'Failed' },
} as const

export interface RowsTableProps {
  readonly pages: RowPages
  readonly total: number
  /** Place in the table of the row that is open; -1: none. */
  readonly selected: number
  readonly onSelect: (place: number | undefined) => void
}

export function RowsTable({ pages, total, selected, onSelect }: RowsTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const held = useStore(pages.state, (state) => state.pages)
  const cellsAt = useCallback((place: number) => <Cells row={rowOf(held, place)} />, [held])
  return (
    <VirtualRows
      label="Requests"
      count={total}
      keyAt={String}
      selected={selected}
      onSelect={onSelect}
      grid={grid}
      head={<Heads />}
      cellsAt={cellsAt}
      scroller={scroller}
      rowHeight={rowHeight}
      onRange={pages.want}
    />
  )
}

const heads: readonly { readonly title: string; readonly className?: string }[] = [
  { title: 'State' },
  { title: 'custom_id' },
  { title: 'Line', className: 'hidden text-right @4xl:block' },
  { title: 'Request' },
  { title: 'Answer' },
]

function Heads() {
  return (
    <div role="rowgroup" className="overflow-hidden border-b border-line px-8 [scrollbar-gutter:stable]">
      <div role="row" aria-rowindex={1} className={cn('grid h-8 items-center gap-x-4 px-2 text-xs text-ink-mute', grid)}>
        {heads.map(({ title, className }) => (
          <span key={title} role="columnheader" className={className}>
            {title}
          </span>
        ))}
      </div>
    </div>
  )
}

/** A row that is not here yet keeps its place. */
const Cells = memo(function Cells({ row }: { readonly row: BatchRow | undefined }) {
  if (row === undefined)
    return (
      <span role="gridcell" className="col-span-full text-xs text-ink-mute">
        …
      </span>
    )
  const { state, statusCode, errorCode, customId, line, question, answer } = row
  const failure = [statusCode === undefined || statusCode === 200 ? undefined : String(statusCode), errorCode].filter((word) => word !== undefined).join(' ')
  return (
    <>
      <span role="gridcell" className="flex">
        <MoodMark {...states[state]} />
      </span>
      <span role="gridcell" className="truncate font-mono text-xs" title={customId}>
        {customId}
      </span>
      <span role="gridcell" className="hidden text-right text-xs text-ink-mute tabular-nums @4xl:block">
        {count(line)}
      </span>
      <span role="gridcell" className="truncate text-ink-soft" title={question}>
        {question}
      </span>
      <span role="gridcell" className="truncate" title={answer}>
        {state === 'failed' && failure !== '' && <span className="mr-1.5 font-mono text-xs text-fail">{failure}</span>}
        {answer ?? <span className="text-ink-mute">–</span>}
      </span>
    </>
  )
})
