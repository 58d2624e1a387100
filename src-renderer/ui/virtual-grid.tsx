import type { ReactNode, RefObject } from 'react'
import { VirtualRows } from './virtual-rows'

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

/** A grid of rows that are all here; what is selected is known by its key, wherever it moves. */
export function VirtualGrid<Row>({ rows, keyOf, selected, onSelect, cells, onEnd, ...rest }: VirtualGridProps<Row>) {
  const keyAt = (index: number): string => {
    const row = rows[index]
    return row === undefined ? String(index) : keyOf(row)
  }
  return (
    <VirtualRows
      {...rest}
      count={rows.length}
      keyAt={keyAt}
      selected={rows.findIndex((row) => keyOf(row) === selected)}
      onSelect={(index) => onSelect(index === undefined ? undefined : keyAt(index))}
      cellsAt={(index) => {
        const row = rows[index]
        return row === undefined ? undefined : cells(row)
      }}
      rowHeight={gridRowHeight}
      rowCount={onEnd === undefined ? rows.length + 1 : -1}
      onRange={onEnd && ((_first, last) => last > rows.length - ahead && onEnd())}
    />
  )
}
