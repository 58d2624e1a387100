import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { cn } from './cn'

export interface VirtualGridProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly selected: string | undefined
  readonly onSelect: (key: string | undefined) => void
  /** Classes of the columns, for the head and each row. */
  readonly grid: string | readonly string[]
  readonly head: ReactNode
  /** The cells of a row. */
  readonly cells: (row: Row) => ReactNode
  readonly scroller: RefObject<HTMLDivElement | null>
  /** There are rows that are not here yet: called when their place comes near. */
  readonly onEnd?: (() => void) | undefined
}

/** Pixels. */
export const gridRowHeight = 48
/** Rows from the end at which more are asked for. */
const ahead = 20

/** A grid of which only the rows in sight are drawn; one row can be selected, by a click or the arrow keys. */
export function VirtualGrid<Row>({ label, rows, keyOf, selected, onSelect, grid, head, cells, scroller, onEnd }: VirtualGridProps<Row>) {
  const keyAt = (index: number): string => {
    const row = rows[index]
    return row === undefined ? String(index) : keyOf(row)
  }
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are read here only, never passed on
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => gridRowHeight, getItemKey: keyAt, overscan: 10 })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastShown > rows.length - ahead) onEnd?.()
  }, [lastShown, rows.length, onEnd])

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
    if (to === undefined || rows.length === 0) return
    event.preventDefault()
    const index = Math.min(rows.length - 1, Math.max(0, to))
    onSelect(keyAt(index))
    virtual.scrollToIndex(index)
    // The row may have to be drawn first.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus())
  }

  return (
    <div role="grid" aria-label={label} aria-rowcount={onEnd === undefined ? rows.length + 1 : -1} className="flex min-h-0 flex-1 flex-col" onKeyDown={walk}>
      {head}
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
                  grid,
                  key === selected ? 'bg-selected' : 'hover:bg-hover',
                )}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {cells(row)}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
