import type { ReactNode } from 'react'
import type { Sort } from '../view-store'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** What its short marks mean. */
  readonly legend?: string
  /** Where it is shown at all, and how it is aligned. */
  readonly className?: string
  readonly cell: (row: Row) => ReactNode
  /** Absent: not to be sorted by. */
  readonly compare?: (one: Row, other: Row) => number
}

export interface Columns<Row> {
  /** Widths of the columns that are shown, by the width that the table has. */
  readonly grid: string
  readonly columns: readonly Column<Row>[]
}

/** As sorted by the person, or in the order they came. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | undefined): readonly Row[] {
  const compare = columns.find(({ id }) => id === sort?.column)?.compare
  if (sort === undefined || compare === undefined) return rows
  return rows.toSorted((one, other) => (sort.isDescending ? compare(other, one) : compare(one, other)))
}

export const byText = (one: string, other: string): number => one.localeCompare(other, undefined, { numeric: true })

/** What is not known comes after every number. */
export const byNumber = (one: number | undefined, other: number | undefined): number => (one ?? Infinity) === (other ?? Infinity) ? 0 : (one ?? Infinity) - (other ?? Infinity)
