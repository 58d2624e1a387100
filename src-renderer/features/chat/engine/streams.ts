import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand'
import type { StreamsState } from './types'

/** A record without one of its entries. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}

/** What streams and what waits, for the whole window. */
export function createStreams(): StoreApi<StreamsState> {
  return createStore<StreamsState>(() => ({ streams: {}, queued: {} }))
}
