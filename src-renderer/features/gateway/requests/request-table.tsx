import { useVirtualizer } from '@tanstack/react-virtual'
import { cn } from '@renderer/ui/cn'
import type { RequestRow } from '@shared/domain/records'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { keyOf } from './request-list'
import { RequestCells, requestColumns } from './request-cells'
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

/** Pixels. */
const rowHeight = 48
/** Rows from the end at which older ones are asked for. */
const ahead = 20

/** A grid of which only the rows in sight are drawn; one row can be selected, by a click or the arrow keys. */
export function RequestTable({ rows, selected, nowMs, hasMore, onSelect, onEnd }: RequestTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are read here only, never passed on
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyAt(rows, index),
    overscan: 10,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && lastShown > rows.length - ahead) onEnd()
  }, [hasMore, lastShown, rows.length, onEnd])
  useAnchor(scroller, rows, rowHeight)

  const selectedIndex = rows.findIndex((row) => keyOf(row) === selected)
  // Tab leads to the selected row, or, where that is not drawn, to the first that is.
  const entry = items.some(({ index }) => index === selectedIndex) ? selectedIndex : items[0]?.index

  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selected !== undefined) {
      event.stopPropagation()
      onSelect(undefined)
      return
    }
    const here = selectedIndex === -1 ? (entry ?? 0) - 1 : selectedIndex
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 10, PageUp: here - 10, Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = Math.min(rows.length - 1, Math.max(0, to))
    onSelect(keyAt(rows, index))
    virtual.scrollToIndex(index)
    // The row may have to be drawn first.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus())
  }

  return (
    <div role="grid" aria-label="Requests" aria-rowcount={hasMore ? -1 : rows.length + 1} className="flex min-h-0 flex-1 flex-col" onKeyDown={walk}>
      <div role="rowgroup" className="overflow-hidden border-b border-line px-8 [scrollbar-gutter:stable]">
        <div role="row" aria-rowindex={1} className={cn('grid h-8 items-center gap-x-4 px-2 text-xs text-ink-mute', requestColumns.grid)}>
          {requestColumns.heads.map(({ title, className }) => (
            <span key={title} role="columnheader" className={className}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} role="presentation" className="min-h-0 flex-1 overflow-y-auto px-8 [overflow-anchor:none] [scrollbar-gutter:stable]">
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            const key = keyOf(row)
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={key === selected}
                tabIndex={item.index === entry ? 0 : -1}
                onClick={() => onSelect(key)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' && event.key !== ' ') return
                  event.preventDefault()
                  onSelect(key)
                }}
                className={cn(
                  'absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-2 text-sm focus-visible:-outline-offset-2',
                  requestColumns.grid,
                  key === selected ? 'bg-selected' : 'hover:bg-hover',
                )}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <RequestCells row={row} nowMs={nowMs} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function keyAt(rows: readonly RequestRow[], index: number): string {
  const row = rows[index]
  return row === undefined ? String(index) : keyOf(row)
}
