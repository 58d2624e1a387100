import type { Conversation, Message } from '@shared/domain/conversation'
import type { Clock } from './environment'
import type { Database } from './schema'

/** What is known of an answer once it has ended. */
export type AnswerEnd = Pick<Message, 'content' | 'state'> &
  Partial<Pick<Message, 'reasoning' | 'choice' | 'error' | 'usage' | 'timing' | 'finishReason'>>

/** Adds messages and shows the last of them, in one transaction: a turn is there as a whole or not at all. */
export function appendMessages(db: Database, messages: readonly Message[], changes: Partial<Conversation>): Promise<void> {
  const last = messages.at(-1)
  if (!last) return Promise.resolve()
  return db.transaction('rw', db.messages, db.conversations, async () => {
    await db.messages.bulkAdd([...messages])
    await db.conversations.update(last.conversationId, { ...changes, leafId: last.id, updatedAtMs: last.createdAtMs })
  })
}

/** Keeps what has come of an answer so far; called about twice a second while it streams. */
export async function saveStreamProgress(
  db: Database,
  clock: Clock,
  messageId: string,
  text: { readonly content: string; readonly reasoning?: string },
): Promise<void> {
  await db.progress.put({ messageId, savedAtMs: clock.now(), ...text })
}

/** Writes the whole answer over its placeholder and forgets its progress, in one transaction. */
export function finishMessage(db: Database, clock: Clock, messageId: string, end: AnswerEnd): Promise<void> {
  return db.transaction('rw', db.messages, db.progress, db.conversations, async () => {
    await db.messages.update(messageId, end)
    await db.progress.delete(messageId)
    const message = await db.messages.get(messageId)
    if (message) await db.conversations.update(message.conversationId, { updatedAtMs: clock.now() })
  })
}

/** An answer goes on in its own message: its text becomes the progress to add to. */
export function reopenMessage(db: Database, clock: Clock, message: Message): Promise<void> {
  return db.transaction('rw', db.messages, db.progress, async () => {
    await saveStreamProgress(db, clock, message.id, {
      content: message.content,
      ...(message.reasoning !== undefined && { reasoning: message.reasoning }),
    })
    await db.messages.update(message.id, { state: 'streaming', error: undefined, finishReason: undefined })
  })
}
