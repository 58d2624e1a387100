import { cn } from '@renderer/ui/cn'
import { VirtualGrid } from '@renderer/ui/virtual-grid'
import { useRef } from 'react'
import type { Sort } from '../view-store'
import { ColumnHeads } from './column-heads'
import type { Columns } from './columns'

export interface StatusTableProps<Row> extends Columns<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly selected: string | undefined
  readonly onSelect: (key: string | undefined) => void
  readonly sort: Sort | undefined
  readonly onSort: (column: string) => void
}

/** A grid whose columns sort it. */
export function StatusTable<Row>({ grid, columns, sort, onSort, ...rest }: StatusTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null)
  return (
    <VirtualGrid
      {...rest}
      grid={grid}
      head={<ColumnHeads grid={grid} columns={columns} sort={sort} onSort={onSort} />}
      cells={(row) =>
        columns.map(({ id, className, cell }) => (
          <div key={id} role="gridcell" className={cn('min-w-0', className)}>
            {cell(row)}
          </div>
        ))
      }
      scroller={scroller}
    />
  )
}
