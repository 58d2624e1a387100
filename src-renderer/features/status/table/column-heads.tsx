import { cn } from '@renderer/ui/cn'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Sort } from '../view-store'
import type { Columns } from './columns'

export interface ColumnHeadsProps<Row> extends Columns<Row> {
  readonly sort: Sort | undefined
  readonly onSort: (column: string) => void
}

export function ColumnHeads<Row>({ grid, columns, sort, onSort }: ColumnHeadsProps<Row>) {
  return (
    <div role="rowgroup" className="overflow-hidden border-b border-line px-8 [scrollbar-gutter:stable]">
      <div role="row" aria-rowindex={1} className={cn('grid h-8 items-center gap-x-4 px-2 text-xs text-ink-mute', grid)}>
        {columns.map(({ id, title, legend, className, compare }) => {
          const isSorted = sort?.column === id
          const Arrow = sort?.isDescending === true ? ArrowDown : ArrowUp
          return (
            <span key={id} role="columnheader" aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined} className={cn('min-w-0', className)}>
              {compare === undefined ? (
                <span title={legend}>{title}</span>
              ) : (
                <button type="button" onClick={() => onSort(id)} className={cn('inline-flex max-w-full items-center gap-1 rounded-sm hover:text-ink', isSorted && 'text-ink')}>
                  <span className="truncate">{title}</span>
                  {isSorted && <Arrow className="size-3 shrink-0" strokeWidth={2} aria-hidden />}
                </button>
              )}
            </span>
          )
        })}
      </div>
    </div>
  )
}
