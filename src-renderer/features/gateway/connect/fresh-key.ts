import { create } from 'zustand'
import type { FreshKey } from '../keys/new-key'

/** A key that was just made, for the snippets that follow; in memory, until the page is left or it is taken out. */
export const useFreshKey = create<{ readonly fresh: FreshKey | undefined }>(() => ({ fresh: undefined }))
