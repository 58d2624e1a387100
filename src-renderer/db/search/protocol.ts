import type { Database } from '../schema'
import { scan } from './scan'
import type { SearchHit } from './types'

export type SearchRequest = { readonly kind: 'find'; readonly id: number; readonly database: string; readonly query: string } | { readonly kind: 'cancel'; readonly id: number }

/** `hits` are the new ones only. `failed` ends a search too. */
export type SearchReply =
  | { readonly kind: 'hits'; readonly id: number; readonly hits: readonly SearchHit[] }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: string }

/** Answers search requests, the newest only: another `find` ends the one before it. */
export function createSearchServer(openDb: (name: string) => Promise<Database>, reply: (message: SearchReply) => void): (request: SearchRequest) => void {
  let currentId = 0

  async function find(id: number, database: string, query: string): Promise<void> {
    try {
      for await (const hits of scan(await openDb(database), query)) {
        if (currentId !== id) return
        reply({ kind: 'hits', id, hits })
      }
      if (currentId === id) reply({ kind: 'done', id })
    } catch (cause) {
      reply({ kind: 'failed', id, problem: String(cause) })
    }
  }

  return (request) => {
    if (request.kind === 'cancel') {
      if (currentId === request.id) currentId = 0
      return
    }
    currentId = request.id
    void find(request.id, request.database, request.query)
  }
}
