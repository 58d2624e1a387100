import type { SearchReply, SearchRequest } from './protocol'
import type { SearchHit, SearchProgress } from './types'

export interface Search {
  /**
   * Looks for conversations and messages that hold every word of `query`, in whatever case and with or without accents.
   * `onProgress` gets all hits so far, titles first, then text from the newest back. The result ends the search.
   */
  find(query: string, onProgress: (progress: SearchProgress) => void): () => void
}

/** What a search needs of a Worker. */
export interface SearchPort {
  postMessage(request: SearchRequest): void
  addEventListener(type: 'message', listener: (event: { data: SearchReply }) => void): void
}

/** One search at a time: a new one ends the one before it. */
export function createSearch(database: string, openPort: () => SearchPort, onError: (cause: unknown) => void): Search {
  let port: SearchPort | undefined
  let current: { readonly id: number; readonly hits: SearchHit[]; readonly onProgress: (progress: SearchProgress) => void } | undefined
  let lastId = 0

  function receive(reply: SearchReply): void {
    if (!current || reply.id !== current.id) return
    if (reply.kind === 'failed') onError(new Error(`The search failed: ${reply.problem}`))
    if (reply.kind === 'hits') current.hits.push(...reply.hits)
    current.onProgress({ hits: [...current.hits], isDone: reply.kind !== 'hits' })
  }

  return {
    find(query, onProgress) {
      // The worker starts with the first search, not with the window.
      if (!port) {
        port = openPort()
        port.addEventListener('message', ({ data }) => receive(data))
      }
      lastId += 1
      const id = lastId
      const open = port
      current = { id, hits: [], onProgress }
      open.postMessage({ kind: 'find', id, database, query })
      return () => {
        if (current?.id !== id) return
        current = undefined
        open.postMessage({ kind: 'cancel', id })
      }
    },
  }
}

/** Searches in a worker of its own, so that the window stays quick. */
export function createWorkerSearch(database: string, onError: (cause: unknown) => void): Search {
  return createSearch(database, () => {
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('error', onError)
    return worker
  }, onError)
}
