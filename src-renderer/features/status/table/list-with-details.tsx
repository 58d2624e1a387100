import type { ReactNode } from 'react'
import type { ViewId } from '../sections'
import { closeDetails, select, sortBy, useStatusView } from '../view-store'
import { sorted, type Columns } from './columns'
import { StatusTable } from './status-table'

export interface ListWithDetailsProps<Row> extends Columns<Row> {
  readonly view: ViewId
  readonly label: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** In the table's place where no row is left. */
  readonly nothing: ReactNode
  readonly details: (row: Row, close: () => void) => ReactNode
}

/** A sortable list, and beside it all that is known of the selected row. */
export function ListWithDetails<Row>({ view, label, rows, keyOf, grid, columns, nothing, details }: ListWithDetailsProps<Row>) {
  const selected = useStatusView((state) => state.selected[view])
  const sort = useStatusView((state) => state.sort[view])
  const shown = sorted(rows, columns, sort)
  const open = shown.find((row) => keyOf(row) === selected)
  return (
    <>
      <div className="@container flex min-w-0 flex-1 flex-col">
        {shown.length === 0 ? (
          nothing
        ) : (
          <StatusTable label={label} rows={shown} keyOf={keyOf} grid={grid} columns={columns} selected={selected} onSelect={(key) => select(view, key)} sort={sort} onSort={(column) => sortBy(view, column)} />
        )}
      </div>
      {open !== undefined && details(open, () => closeDetails(view))}
    </>
  )
}
