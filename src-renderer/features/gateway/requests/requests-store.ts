import type { RecordFilters } from '@shared/domain/records'
import { create } from 'zustand'
import { usualFilters } from './request-list'

export interface RequestsView {
  readonly filters: RecordFilters
  /** Of the row whose details are open; see `keyOf`. */
  readonly selected: string | undefined
}

/** What a person set on the list; it stays while other pages are looked at. */
export const useRequestsView = create<RequestsView>(() => ({ filters: usualFilters, selected: undefined }))

/** Sets one filter; `undefined` takes it out. */
export function setFilter<Key extends keyof RecordFilters>(key: Key, value: RecordFilters[Key]): void {
  useRequestsView.setState(({ filters }) => ({ filters: { ...filters, [key]: value } }))
}

export function clearFilters(): void {
  useRequestsView.setState({ filters: usualFilters })
}
