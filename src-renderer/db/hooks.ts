import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Conversation } from '@shared/domain/conversation'
import { useLiveQuery } from 'dexie-react-hooks'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useCoreState } from '../rpc/hooks'
import { useLocalData } from './context'
import { messagesOf } from './history'
import { keepIdentity } from './keep-identity'
import { defaultPreferences, type PreferenceKey, type Preferences, readPreferences, setPreference } from './preferences'
import type { Database, ProgressRow } from './schema'
import type { SearchProgress } from './search/types'
import { type BranchMessage, branchTo, buildTree } from './tree'

const pageSize = 60

export interface ConversationList {
  readonly pinned: readonly Conversation[]
  /** Newest first. */
  readonly open: readonly Conversation[]
  /** False until the first page is read. */
  readonly isLoaded: boolean
  readonly hasMore: boolean
  loadMore(): void
}

/** The list of conversations, a page at a time, live. */
export function useConversationList(): ConversationList {
  const { history } = useLocalData()
  const [limit, setLimit] = useState(pageSize)
  const pinned = useLiveQuery(() => history.listPage({ shelf: 'pinned', limit: 1000 }), [history])
  const open = useLiveQuery(() => history.listPage({ shelf: 'open', limit: limit + 1 }), [history, limit])
  // While a longer page is read, the shorter one stays on the screen.
  const shown = useLast(open)
  const loadMore = useCallback(() => setLimit((now) => now + pageSize), [])
  return {
    pinned: pinned ?? [],
    open: shown?.slice(0, limit) ?? [],
    isLoaded: shown !== undefined && pinned !== undefined,
    hasMore: (open?.length ?? 0) > limit,
    loadMore,
  }
}

/** What is in the trash, newest first, live; undefined while it is read. */
export function useTrash(): readonly Conversation[] | undefined {
  const { history } = useLocalData()
  return useLiveQuery(() => history.listPage({ shelf: 'trash', limit: 1000 }), [history])
}

/** `undefined` while it is read, `null` where there is none of this id. */
export function useConversation(id: string | undefined): Conversation | null | undefined {
  const { db } = useLocalData()
  return useKeyedQuery(id, async () => (id === undefined ? null : ((await db.conversations.get(id)) ?? null)), db)
}

/**
 * The branch that is shown, root to leaf, live; undefined while it is read. The text of an answer that streams is not
 * in it but in `useStream`: this changes when a turn begins or ends. A message that did not change is the same object.
 */
export function useBranch(conversationId: string | undefined): readonly BranchMessage[] | undefined {
  const { db } = useLocalData()
  const kept = useRef<readonly BranchMessage[]>([])
  return useKeyedQuery(conversationId, async () => {
    if (conversationId === undefined) return []
    const [conversation, messages] = await Promise.all([db.conversations.get(conversationId), messagesOf(db, conversationId)])
    kept.current = keepIdentity(kept.current, branchTo(buildTree(messages), conversation?.leafId))
    return kept.current
  }, db)
}

/** What another window of this origin has stored so far of an answer that streams there. */
export function useProgress(messageId: string | undefined): ProgressRow | undefined {
  const { db } = useLocalData()
  return useKeyedQuery(messageId, async () => (messageId === undefined ? undefined : db.progress.get(messageId)), db)
}

export interface Draft {
  readonly text: string
  /** False until the stored text is read; do not let a person type before. */
  readonly isLoaded: boolean
  set(text: string): void
  clear(): void
}

/** The text being written in a conversation (`newChatDraft` for one that does not exist yet); it survives a switch and a quit. */
export function useDraft(conversationId: string): Draft {
  const { drafts } = useLocalData()
  const [held, setHeld] = useState<{ readonly id: string; readonly text: string }>()
  useEffect(() => {
    let isCurrent = true
    void drafts.get(conversationId).then((text) => {
      if (isCurrent) setHeld({ id: conversationId, text })
    })
    return () => {
      isCurrent = false
    }
  }, [drafts, conversationId])
  const set = useCallback(
    (text: string) => {
      setHeld({ id: conversationId, text })
      drafts.set(conversationId, text)
    },
    [drafts, conversationId],
  )
  const clear = useCallback(() => {
    setHeld({ id: conversationId, text: '' })
    void drafts.clear(conversationId)
  }, [drafts, conversationId])
  const isLoaded = held?.id === conversationId
  return { text: isLoaded ? held.text : '', isLoaded, set, clear }
}

const nothingFound: SearchProgress = { hits: [], isDone: true }

/** Hits of a query as they are found; an empty query finds nothing. */
export function useSearch(query: string): SearchProgress {
  const { search } = useLocalData()
  const [found, setFound] = useState<{ readonly query: string; readonly progress: SearchProgress }>()
  const wanted = query.trim()
  useEffect(() => {
    if (wanted === '') return
    return search.find(wanted, (progress) => setFound({ query: wanted, progress }))
  }, [search, wanted])
  if (wanted === '') return nothingFound
  return found?.query === wanted ? found.progress : { hits: found?.progress.hits ?? [], isDone: false }
}

export interface ClustersView {
  /** As told by the core, or, until it tells, as kept from last time; `takenAtMs` of each is its age. */
  readonly clusters: readonly ClusterSnapshot[]
  /** False until something is known. */
  readonly isLoaded: boolean
  /** True while the core tells changes as they happen. */
  readonly isLive: boolean
}

export function useClusters(): ClustersView {
  const { db } = useLocalData()
  const told = useCoreState((state) => state.clusters)
  const isOpen = useCoreState((state) => state.connection === 'open')
  const stored = useLiveQuery(() => db.snapshots.toArray(), [db])
  const clusters = told ?? stored
  return { clusters: clusters ?? [], isLoaded: clusters !== undefined, isLive: isOpen && told !== undefined }
}

/** All preferences, live; the defaults until they are read (`isLoaded` tells). */
export function usePreferences(): Preferences & { readonly isLoaded: boolean } {
  const { db } = useLocalData()
  const stored = useLiveQuery(() => readPreferences(db), [db])
  return { ...(stored ?? defaultPreferences), isLoaded: stored !== undefined }
}

/** Sets one preference. */
export function useSetPreference(): <K extends PreferenceKey>(key: K, value: Preferences[K]) => Promise<void> {
  const { db } = useLocalData()
  return useCallback((key, value) => setPreference(db, key, value), [db])
}

/** A live query that belongs to `key`: undefined until its own result is there, where `useLiveQuery` shows that of the key before. */
function useKeyedQuery<T>(key: string | undefined, query: () => Promise<T>, db: Database): T | undefined {
  const found = useLiveQuery(async () => ({ key, result: await query() }), [db, key])
  return found && found.key === key ? found.result : undefined
}

function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}
