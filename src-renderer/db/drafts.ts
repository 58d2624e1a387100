import type { Clock } from './environment'
import type { Database } from './schema'

/** The draft of a chat that does not exist yet. */
export const newChatDraft = 'new'

const delayMs = 300

export interface Drafts {
  get(conversationId: string): Promise<string>
  /** Kept at once in memory, on disk a moment later; an empty text ends the draft. */
  set(conversationId: string, text: string): void
  /** Ends a draft that was sent. */
  clear(conversationId: string): Promise<void>
  /** Writes what still waits; call it when the window may go. */
  flush(): Promise<void>
}

/** Text that was typed and not sent. `onError` hears of a write that failed; the text then waits for the next. */
export function createDrafts(deps: { db: Database; clock: Clock; onError: (cause: unknown) => void }): Drafts {
  const { db, clock } = deps
  const waiting = new Map<string, string>()
  let cancelTimer: (() => void) | undefined
  let lastWrite: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const taken = [...waiting]
    if (taken.length === 0) return
    waiting.clear()
    const updatedAtMs = clock.now()
    try {
      await db.transaction('rw', db.drafts, async () => {
        await db.drafts.bulkDelete(taken.filter(([, text]) => text === '').map(([id]) => id))
        await db.drafts.bulkPut(taken.filter(([, text]) => text !== '').map(([conversationId, text]) => ({ conversationId, text, updatedAtMs })))
      })
    } catch (cause) {
      for (const [id, text] of taken) if (!waiting.has(id)) waiting.set(id, text)
      deps.onError(cause)
    }
  }

  function flush(): Promise<void> {
    cancelTimer?.()
    cancelTimer = undefined
    lastWrite = lastWrite.then(write)
    return lastWrite
  }

  return {
    async get(conversationId) {
      const unsaved = waiting.get(conversationId)
      if (unsaved !== undefined) return unsaved
      await lastWrite
      return (await db.drafts.get(conversationId))?.text ?? ''
    },
    set(conversationId, text) {
      waiting.set(conversationId, text)
      cancelTimer ??= clock.after(delayMs, () => void flush())
    },
    async clear(conversationId) {
      waiting.set(conversationId, '')
      await flush()
    },
    flush,
  }
}
