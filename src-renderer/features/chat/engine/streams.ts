import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand'
import type { StreamsState } from './types'

/** What streams and what waits, for the whole window. */
export function createStreams(): StoreApi<StreamsState> {
  return createStore<StreamsState>(() => ({ streams: {}, queued: {} }))
}
