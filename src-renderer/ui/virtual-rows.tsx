import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { cn } from './cn'

export interface VirtualRowsProps {
  readonly label: string
  readonly count: number
  readonly keyAt: (index: number) => string
  /** Index of the selected row; -1: none. */
  readonly selected: number
  readonly onSelect: (index: number | undefined) => void
  /** Classes of the columns, for each row. */
  readonly grid: string | readonly string[]
  readonly head: ReactNode
  /** The cells of a row; undefined: it is not drawn. While this stays the same, rows that are drawn are not drawn again. */
  readonly cellsAt: (index: number) => ReactNode
  readonly scroller: RefObject<HTMLDivElement | null>
  /** Pixels. Browsers draw no element higher than 33 million of them: a million rows fit at 32. */
  readonly rowHeight: number
  /** For screen readers; -1 where it is not known. */
  readonly rowCount?: number
  /** Called when other rows come into sight. */
  readonly onRange?: ((first: number, last: number) => void) | undefined
}

/** A grid by index, of which only the rows in sight are drawn; one can be selected, by a click or the arrow keys. */
export function VirtualRows({ label, count, keyAt, selected, onSelect, grid, head, cellsAt, scroller, rowHeight, rowCount = count + 1, onRange }: VirtualRowsProps) {
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are read here only, never passed on
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, getItemKey: keyAt, overscan: 10 })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onRange?.(first, last), [first, last, onRange])
  // Tab leads to the selected row, or, where that is not drawn, to the first that is.
  const entry = items.some(({ index }) => index === selected) ? selected : items[0]?.index

  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selected !== -1) {
      event.stopPropagation()
      onSelect(undefined)
      return
    }
    const here = selected === -1 ? (entry ?? 0) - 1 : selected
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 10, PageUp: here - 10, Home: 0, End: count - 1 }[event.key]
    if (to === undefined || count === 0) return
    event.preventDefault()
    const index = Math.min(count - 1, Math.max(0, to))
    onSelect(index)
    virtual.scrollToIndex(index)
    // The row may have to be drawn first.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus())
  }

  return (
    <div role="grid" aria-label={label} aria-rowcount={rowCount} className="flex min-h-0 flex-1 flex-col" onKeyDown={walk}>
      {head}
      <div ref={scroller} role="presentation" className="min-h-0 flex-1 overflow-y-auto px-8 [overflow-anchor:none] [scrollbar-gutter:stable]">
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ key, index, start, size }) => (
            <DrawnRow key={key} index={index} start={start} height={size} isSelected={index === selected} isEntry={index === entry} grid={grid} cellsAt={cellsAt} onSelect={onSelect} />
          ))}
        </div>
      </div>
    </div>
  )
}

interface DrawnRowProps extends Pick<VirtualRowsProps, 'grid' | 'cellsAt' | 'onSelect'> {
  readonly index: number
  /** Pixels from the top of all rows. */
  readonly start: number
  readonly height: number
  readonly isSelected: boolean
  /** Tab leads here. */
  readonly isEntry: boolean
}

const DrawnRow = memo(function DrawnRow({ index, start, height, isSelected, isEntry, grid, cellsAt, onSelect }: DrawnRowProps) {
  const cells = cellsAt(index)
  if (cells === undefined) return null
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => onSelect(index)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onSelect(index)
      }}
      className={cn(
        'absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-2 text-sm contain-strict focus-visible:-outline-offset-2',
        grid,
        isSelected ? 'bg-selected' : 'hover:bg-hover',
      )}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      {cells}
    </div>
  )
})
