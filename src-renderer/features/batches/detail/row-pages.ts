import type { CoreClient } from '@renderer/rpc'
import type { BatchRow, BatchRowFilter } from '@shared/domain/batch-rows'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** Rows asked for at once. */
export const pageSize = 200
/** Pages that are held: those far from what is looked at are let go. */
const mostPages = 16

export interface RowPagesState {
  /** Rows that fit; undefined until the first page is here. */
  readonly total: number | undefined
  /** By number, from 0. */
  readonly pages: ReadonlyMap<number, readonly BatchRow[]>
  /** The search goes on: there may be more. */
  readonly isPartial: boolean
  /** Why the last page that was asked for is not here. */
  readonly cause?: unknown
}

export interface RowPages {
  readonly state: StoreApi<RowPagesState>
  rowAt(index: number): BatchRow | undefined
  /** These are in sight: their pages are asked for, nearest last. */
  readonly want: (first: number, last: number) => void
  /** What is in sight is asked for again; what is not is forgotten. */
  refresh(): void
  /** Someone looks; the result ends that, and what is under way. */
  open(): () => void
}

export interface RowPagesDeps {
  readonly client: { readonly batches: Pick<CoreClient['batches'], 'rows'> }
  readonly id: string
  readonly filter: BatchRowFilter
  readonly search: string
}

/** The requests of a batch in pages, fetched as they come into sight, so that a million of them cost no more than what is shown. */
export function createRowPages({ client, id, filter, search }: RowPagesDeps): RowPages {
  const state = createStore<RowPagesState>(() => ({ total: undefined, pages: new Map(), isPartial: false }))
  let stop = new AbortController()
  const asked = new Set<number>()
  let inSight: readonly [first: number, last: number] = [0, 0]

  const pagesInSight = (): readonly number[] => {
    const [first, last] = inSight.map((index) => Math.floor(index / pageSize))
    return first === undefined || last === undefined ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  }

  function keep(page: number, rows: readonly BatchRow[], total: number, isPartial: boolean): void {
    const pages = new Map(state.getState().pages)
    pages.set(page, rows)
    const here = Math.floor(inSight[0] / pageSize)
    const byDistance = [...pages.keys()].sort((one, other) => Math.abs(one - here) - Math.abs(other - here))
    for (const far of byDistance.slice(mostPages)) pages.delete(far)
    state.setState({ total, pages, isPartial, cause: undefined })
  }

  async function ask(page: number): Promise<void> {
    if (asked.has(page) || stop.signal.aborted) return
    asked.add(page)
    const { signal } = stop
    try {
      const { total, rows, isPartial = false } = await client.batches.rows({ id, filter, search, offset: page * pageSize, limit: pageSize }, { signal })
      asked.delete(page)
      if (signal.aborted) return
      keep(page, rows, total, isPartial)
      if (isPartial) await ask(page)
    } catch (cause) {
      asked.delete(page)
      if (!signal.aborted) state.setState({ cause })
    }
  }

  return {
    state,
    rowAt: (index) => state.getState().pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    want(first, last) {
      inSight = [first, last]
      const { pages, total } = state.getState()
      for (const page of pagesInSight()) if (!pages.has(page) && (total === undefined || page * pageSize < Math.max(1, total))) void ask(page)
    },
    refresh() {
      const shown = new Set(pagesInSight())
      state.setState(({ pages }) => ({ pages: new Map([...pages].filter(([page]) => shown.has(page))) }))
      for (const page of shown) void ask(page)
    },
    open() {
      if (stop.signal.aborted) stop = new AbortController()
      return () => {
        stop.abort()
        asked.clear()
      }
    },
  }
}
