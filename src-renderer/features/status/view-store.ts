import type { ModelStatus } from '@shared/domain/model'
import type { Job } from '@shared/domain/job'
import { create } from 'zustand'
import type { Range } from './history/ranges'
import type { ViewId } from './sections'

export interface Sort {
  readonly column: string
  readonly isDescending: boolean
}

export interface StatusFilters {
  readonly query: string
  readonly cluster: string | undefined
  readonly modelStatus: ModelStatus | undefined
  readonly jobState: Job['state'] | undefined
}

export interface StatusView {
  readonly filters: StatusFilters
  readonly sort: Readonly<Partial<Record<ViewId, Sort | undefined>>>
  /** Key of the row whose details are open. */
  readonly selected: Readonly<Partial<Record<ViewId, string | undefined>>>
  readonly range: Range
  /** Unix milliseconds of the newest alert that was looked at. */
  readonly alertsSeenMs: number
}

export const noFilters: StatusFilters = { query: '', cluster: undefined, modelStatus: undefined, jobState: undefined }

/** What a person set on the page; it stays while other pages are looked at. */
export const useStatusView = create<StatusView>(() => ({ filters: noFilters, sort: {}, selected: {}, range: 'day', alertsSeenMs: 0 }))

export function setFilters(change: Partial<StatusFilters>): void {
  useStatusView.setState(({ filters }) => ({ filters: { ...filters, ...change } }))
}

export function select(view: ViewId, key: string | undefined): void {
  useStatusView.setState(({ selected }) => ({ selected: { ...selected, [view]: key } }))
}

/** The focus goes back to the row whose details they were. */
export function closeDetails(view: ViewId): void {
  document.querySelector<HTMLElement>('#main [role=row][aria-selected=true]')?.focus()
  select(view, undefined)
}

/** Up, down, and back to the order in which it came. */
export function sortBy(view: ViewId, column: string): void {
  useStatusView.setState(({ sort }) => {
    const now = sort[view]
    const next = now?.column !== column ? { column, isDescending: false } : now.isDescending ? undefined : { column, isDescending: true }
    return { sort: { ...sort, [view]: next } }
  })
}
