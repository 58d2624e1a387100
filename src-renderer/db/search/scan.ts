import Dexie from 'dexie'
import type { Message } from '@shared/domain/conversation'
import type { Database } from '../schema'
import { findRanges, fold, termsOf } from './fold'
import { makeSnippet } from './snippet'
import type { SearchHit } from './types'

export interface ScanOptions {
  /** Rows read at a time; the scan can be left between two pages. */
  readonly pageSize: number
  /** The scan ends once this many were found. */
  readonly mostHits: number
}

export const scanDefaults: ScanOptions = { pageSize: 500, mostHits: 300 }

/** Yields the hits of each page that has any: titles first, newest first, then messages from the newest back. What is in the trash is left out. */
export async function* scan(db: Database, query: string, { pageSize, mostHits }: ScanOptions = scanDefaults): AsyncGenerator<readonly SearchHit[], void, void> {
  const terms = termsOf(query)
  if (terms.length === 0) return
  let left = mostHits
  const titles = new Map<string, string>()
  for (const shelf of ['pinned', 'open'] as const) {
    for await (const page of conversationPages(db, shelf, pageSize)) {
      for (const { id, title } of page) titles.set(id, title)
      const hits = page
        .filter(({ title }) => holdsAll(title, terms))
        .map(({ id, title, updatedAtMs }): SearchHit => ({ kind: 'title', conversationId: id, title, snippet: title, ranges: findRanges(title, terms), atMs: updatedAtMs }))
        .slice(0, left)
      left -= hits.length
      if (hits.length > 0) yield hits
    }
  }
  for await (const page of messagePages(db, pageSize)) {
    if (left <= 0) return
    const hits: SearchHit[] = []
    for (const message of page) {
      const title = titles.get(message.conversationId)
      if (title === undefined || hits.length >= left || !holdsAll(message.content, terms)) continue
      const { id, conversationId, createdAtMs } = message
      hits.push({ kind: 'message', conversationId, messageId: id, title, atMs: createdAtMs, ...makeSnippet(message.content, terms) })
    }
    left -= hits.length
    if (hits.length > 0) yield hits
  }
}

function holdsAll(text: string, terms: readonly string[]): boolean {
  const folded = fold(text)
  return terms.every((term) => folded.includes(term))
}

async function* conversationPages(db: Database, shelf: 'pinned' | 'open', pageSize: number) {
  let upper: unknown[] = [shelf, Dexie.maxKey]
  for (;;) {
    const page = await db.conversations.where('[shelf+updatedAtMs+id]').between([shelf], upper, true, false).reverse().limit(pageSize).toArray()
    yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    upper = [shelf, last.updatedAtMs, last.id]
  }
}

async function* messagePages(db: Database, pageSize: number): AsyncGenerator<readonly Message[], void, void> {
  let upper: unknown[] = [Dexie.maxKey]
  for (;;) {
    const page = await db.messages.where('[createdAtMs+id]').below(upper).reverse().limit(pageSize).toArray()
    yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    upper = [last.createdAtMs, last.id]
  }
}
