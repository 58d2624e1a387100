import type { LiveCounters } from '@shared/domain/records'
import { create } from 'zustand'

/** What goes on now, as the core told last; it outlives a change of page, so that the numbers are there at once. */
export const useLiveStore = create<{ readonly counters?: LiveCounters }>(() => ({}))
