import { cn } from '@renderer/ui/cn'
import { gridRowHeight, VirtualGrid } from '@renderer/ui/virtual-grid'
import type { RequestRow } from '@shared/domain/records'
import { useRef } from 'react'
import { RequestCells, requestColumns } from './request-cells'
import { keyOf } from './request-list'
import { useAnchor } from './use-anchor'

export interface RequestTableProps {
  readonly rows: readonly RequestRow[]
  readonly selected: string | undefined
  readonly nowMs: number
  readonly hasMore: boolean
  readonly onSelect: (key: string | undefined) => void
  /** The end of what is there came near. */
  readonly onEnd: () => void
}

export function RequestTable({ rows, selected, nowMs, hasMore, onSelect, onEnd }: RequestTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  useAnchor(scroller, rows, gridRowHeight)
  return (
    <VirtualGrid
      label="Requests"
      rows={rows}
      keyOf={keyOf}
      selected={selected}
      onSelect={onSelect}
      grid={requestColumns.grid}
      head={<Heads />}
      cells={(row) => <RequestCells row={row} nowMs={nowMs} />}
      scroller={scroller}
      onEnd={hasMore ? onEnd : undefined}
    />
  )
}

function Heads() {
  return (
    <div role="rowgroup" className="overflow-hidden border-b border-line px-8 [scrollbar-gutter:stable]">
      <div role="row" aria-rowindex={1} className={cn('grid h-8 items-center gap-x-4 px-2 text-xs text-ink-mute', requestColumns.grid)}>
        {requestColumns.heads.map(({ title, className }) => (
          <span key={title} role="columnheader" className={className}>
            {title}
          </span>
        ))}
      </div>
    </div>
  )
}
