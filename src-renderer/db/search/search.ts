import type { SearchProgress } from './types'

export interface Search {
  /**
   * Looks for conversations and messages that hold every word of `query`, in whatever case and with or without accents.
   * `onProgress` gets all hits so far, titles first, then text from the newest back. The result ends the search.
   */
  find(query: string, onProgress: (progress: SearchProgress) => void): () => void
}
