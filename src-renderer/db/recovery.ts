import type { Message } from '@shared/domain/conversation'
import type { Clock, Locks } from './environment'
import type { Database } from './schema'

/** Held for as long as an answer streams into this message. */
export function streamLock(messageId: string): string {
  return `first-desktop:stream:${messageId}`
}

/** Held by the window in which this queued text waits. */
export function outboxLock(queuedId: string): string {
  return `first-desktop:outbox:${queuedId}`
}

/**
 * Settles what a window that died left behind: a half answer gets the text that was stored of it and is `interrupted`,
 * a text that waited to be sent goes back to the draft. What another live window holds is left alone.
 */
export async function recoverAfterCrash(deps: { db: Database; clock: Clock; locks: Locks }): Promise<{ interrupted: number; returned: number }> {
  const { db, locks } = deps
  const [streaming, waiting] = await Promise.all([db.messages.where('state').equals('streaming').primaryKeys(), db.outbox.toArray()])
  if (streaming.length === 0 && waiting.length === 0) return { interrupted: 0, returned: 0 }
  const held = await locks.held()
  const dead = streaming.filter((id) => !held.has(streamLock(id)))
  const orphans = waiting.filter(({ id }) => !held.has(outboxLock(id)))
  const interrupted = await markInterrupted(db, dead)
  await returnToDrafts(deps, orphans.map(({ id }) => id))
  return { interrupted, returned: orphans.length }
}

function markInterrupted(db: Database, messageIds: readonly string[]): Promise<number> {
  return db.transaction('rw', db.messages, db.progress, async () => {
    // Read again: its window may have ended it well in the meantime.
    const messages = await db.messages.where('id').anyOf(messageIds).filter(({ state }) => state === 'streaming').toArray()
    const progress = await db.progress.bulkGet(messages.map(({ id }) => id))
    await db.messages.bulkPut(messages.map((message, index) => interruptedFrom(message, progress[index])))
    await db.progress.bulkDelete([...messageIds])
    return messages.length
  })
}

/** A message whose stream has ended without its last word, with the text that was stored of it. */
export function interruptedFrom(message: Message, progress: { content: string; reasoning?: string } | undefined): Message {
  return {
    ...message,
    state: 'interrupted',
    ...(progress && { content: progress.content }),
    ...(progress?.reasoning !== undefined && { reasoning: progress.reasoning }),
  }
}

function returnToDrafts({ db, clock }: { db: Database; clock: Clock }, queuedIds: readonly string[]): Promise<void> {
  return db.transaction('rw', db.outbox, db.drafts, async () => {
    const rows = await db.outbox.where('id').anyOf(queuedIds).sortBy('createdAtMs')
    for (const { conversationId, text } of rows) {
      const draft = await db.drafts.get(conversationId)
      await db.drafts.put({ conversationId, text: draft ? `${draft.text}\n\n${text}` : text, updatedAtMs: clock.now() })
    }
    await db.outbox.bulkDelete([...queuedIds])
  })
}
