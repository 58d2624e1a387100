import type { CoreClient } from '@renderer/rpc'
import type { BatchRow, BatchRowFilter } from '@shared/domain/batch-rows'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** Rows asked for at once. */
export const pageSize = 100
/** Pages that are held: those far from what is looked at are let go. */
const mostPages = 32

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
  /** These are in sight: their pages are asked for one after the other, as long as they are. */
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

/** The row at a place of the table, if its page is here. */
export function rowOf(pages: RowPagesState['pages'], place: number): BatchRow | undefined {
  return pages.get(Math.floor(place / pageSize))?.[place % pageSize]
}

/** The requests of a batch in pages, fetched as they come into sight, so that a million of them cost no more than what is shown. */
export function createRowPages({ client, id, filter, search }: RowPagesDeps): RowPages {
  const state = createStore<RowPagesState>(() => ({ total: undefined, pages: new Map(), isPartial: false }))
  let stop = new AbortController()
  /** Whose pages are being fetched. */
  let fetching: AbortController | undefined
  /** Pages that are held and may be old. */
  const stale = new Set<number>()
  let inSight: readonly [first: number, last: number] = [0, 0]

  const pagesInSight = (): readonly number[] => {
    const [first, last] = inSight.map((index) => Math.floor(index / pageSize))
    return first === undefined || last === undefined ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  }
  const nextPage = (): number | undefined => {
    const { pages, total } = state.getState()
    return pagesInSight().find((page) => (stale.has(page) || !pages.has(page)) && (total === undefined || page * pageSize < Math.max(1, total)))
  }

  function keep(page: number, rows: readonly BatchRow[], total: number, isPartial: boolean): void {
    const pages = new Map(state.getState().pages)
    pages.set(page, rows)
    const here = Math.floor(inSight[0] / pageSize)
    const byDistance = [...pages.keys()].sort((one, other) => Math.abs(one - here) - Math.abs(other - here))
    for (const far of byDistance.slice(mostPages)) pages.delete(far)
    if (isPartial) stale.add(page)
    state.setState({ total, pages, isPartial, cause: undefined })
  }

  /** One at a time: who scrolls fast gets what is in sight then, not all that was passed. */
  async function fetchPages(): Promise<void> {
    if (fetching === stop || stop.signal.aborted) return
    const mine = stop
    fetching = mine
    try {
      for (let page = nextPage(); page !== undefined; page = nextPage()) {
        stale.delete(page)
        const { total, rows, isPartial = false } = await client.batches.rows({ id, filter, search, offset: page * pageSize, limit: pageSize }, { signal: mine.signal })
        if (mine.signal.aborted) return
        keep(page, rows, total, isPartial)
      }
    } catch (cause) {
      if (!mine.signal.aborted) state.setState({ cause })
    } finally {
      if (fetching === mine) fetching = undefined
    }
  }

  return {
    state,
    rowAt: (index) => rowOf(state.getState().pages, index),
    want(first, last) {
      inSight = [first, last]
      void fetchPages()
    },
    refresh() {
      const shown = new Set(pagesInSight())
      for (const page of shown) stale.add(page)
      state.setState(({ pages }) => ({ pages: new Map([...pages].filter(([page]) => shown.has(page))) }))
      void fetchPages()
    },
    open() {
      if (stop.signal.aborted) stop = new AbortController()
      return () => stop.abort()
    },
  }
}
